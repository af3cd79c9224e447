//! Mails as files.

use std::os::unix::fs::PermissionsExt;

use gatepost::mail;

use super::{enqueue, message, start, stop, wait_until};
use crate::support::app_with;

#[tokio::test]
async fn writes_each_mail_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");
    let app = app_with(|config| config.mail.eml_folder = Some(mails.clone())).await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    wait_until(&app, "sent_at IS NOT NULL", 1).await;
    stop(worker).await;

    let files: Vec<_> = std::fs::read_dir(&mails)
        .unwrap()
        .map(|file| file.unwrap())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let id = mail::newest(&app, None).await.unwrap().remove(0).id;
    assert_eq!(files[0].file_name().to_str().unwrap(), format!("{id}.eml"));
    assert_eq!(
        files[0].metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        std::fs::metadata(&mails).unwrap().permissions().mode() & 0o777,
        0o700
    );
    let letter = std::fs::read_to_string(files[0].path()).unwrap();
    assert!(
        letter.contains("To: ann@example.org\r\n") && letter.contains("secret-token"),
        "{letter}"
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let app = app_with(|config| config.mail.eml_folder = Some(file.join("mails"))).await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    wait_until(
        &app,
        "attempts = 1 AND sent_at IS NULL AND last_error LIKE '%cannot be written%'",
        1,
    )
    .await;
    stop(worker).await;
    assert_eq!(mail::newest(&app, None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn outside_development_the_folder_is_the_only_copy() {
    let folder = tempfile::tempdir().unwrap();
    let app = app_with(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
        config.mail.eml_folder = Some(folder.path().to_owned());
    })
    .await;
    assert!(
        mail::warning(&app.config)
            .unwrap()
            .contains("mail.eml_folder")
    );
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    wait_until(&app, "sent_at IS NOT NULL AND length(sealed) = 0", 1).await;
    stop(worker).await;
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
