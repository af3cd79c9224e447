//! Exports as the systems write them: what becomes of each account, and each password logging in.

use gatepost::roles::Role;
use gatepost::transfer::{System, Verified};

use super::{Order, app, column, logs_in, signer, why};
use crate::support::TestApp;

async fn columns<const N: usize>(app: &TestApp, email: &str, names: [&str; N]) -> [String; N] {
    let mut found = names.map(str::to_owned);
    for name in &mut found {
        *name = column(app, email, name).await.unwrap_or_default();
    }
    found
}

#[tokio::test]
async fn the_application_that_came_before() {
    let app = app().await;
    let report = Order::file(System::Csv, "seed.csv").run(&app).await;
    assert_eq!(
        (report.read, report.imported, report.refused),
        (3, 3, 0),
        "{report:#?}"
    );
    assert_eq!((report.unverified, report.locked), (1, 1));
    assert_eq!(
        report.roles_not_given.get("ADMIN"),
        Some(&1),
        "nobody becomes ADMIN by a file"
    );
    let names = ["nickname", "bio", "role", "created_at", "last_login_at"];
    let found = columns(&app, "admin@seed.example", names).await;
    assert_eq!(
        found[..3],
        [
            "clever_fox_12",
            "Says \"hello\",\nin two lines",
            "AUTHENTICATED"
        ]
    );
    assert_eq!(found[3..], ["1684312211123", "1685613600000"]);
    logs_in(&app, "admin@seed.example").await;
    let token = app.log_in("admin@seed.example").await;
    let me = app
        .get("/myaccount")
        .bearer(&token)
        .await
        .expect(200)
        .json();
    assert_eq!(
        me["id"], "1c6f5f64-5717-4562-b3fc-2c963f66af01",
        "whoever knows the account by its id goes on so"
    );
    assert_eq!(me["is_professional"], true);
    let locked = [
        ("username", "user@seed.example"),
        ("password", crate::support::PASSWORD),
    ];
    app.post_form("/login/", &locked).await.expect(403);
    let [role, pending] = columns(&app, "new@seed.example", ["role", "pending_role"]).await;
    assert_eq!(
        (role.as_str(), pending.as_str()),
        ("ANONYMOUS", "AUTHENTICATED")
    );
}

#[tokio::test]
async fn roles_are_given_by_the_map() {
    let app = app().await;
    let order = Order::file(System::Csv, "seed.csv").role("admin", Role::Manager);
    let report = order.run(&app).await;
    assert!(report.roles_not_given.is_empty(), "{report:#?}");
    assert_eq!(
        column(&app, "admin@seed.example", "role").await.unwrap(),
        "MANAGER"
    );
}

#[tokio::test]
async fn django() {
    let app = app().await;
    let report = Order::file(System::Django, "django.json")
        .role("superuser", Role::Admin)
        .run(&app)
        .await;
    assert_eq!(
        (report.read, report.skipped, report.imported, report.refused),
        (11, 1, 10, 0),
        "{report:#?}"
    );
    assert_eq!(
        (report.unverified, report.without_password, report.locked),
        (0, 1, 1)
    );
    for name in [
        "pbkdf2_sha256",
        "pbkdf2_sha1",
        "argon2",
        "bcrypt_sha256",
        "bcrypt",
        "scrypt",
        "md5",
        "sha1",
    ] {
        logs_in(&app, &format!("{name}@django.example")).await;
    }
    let found = columns(
        &app,
        "argon2@django.example",
        ["role", "first_name", "nickname", "created_at"],
    )
    .await;
    assert_eq!(found, ["ADMIN", "Ada", "argon2", "1684312211123"]);
    assert_eq!(
        column(&app, "social@django.example", "password_hash")
            .await
            .unwrap(),
        "!"
    );
}

#[tokio::test]
async fn django_as_a_table() {
    let app = app().await;
    let text = "id;password;last_login;is_superuser;username;first_name;last_name;email;is_staff;is_active;date_joined\n\
        1;\"pbkdf2_sha1$20000$mPWVnrUeX9eS8wBwRfmI0U$fPg1n95UfFzE+Zxw7MPiBfQ0/xQ=\";;0;ada;Ada;;ada@django.example;0;1;2023-05-17 08:30:11.123456\n\
        2;!x8Kj;;0;eve@django.example;;;;0;0;2023-05-17 08:30:11\n";
    let report = Order::text(&app, System::Django, text).run(&app).await;
    assert_eq!(
        (report.imported, report.locked, report.without_password),
        (2, 1, 1),
        "{report:#?}"
    );
    logs_in(&app, "ada@django.example").await;
}

#[tokio::test]
async fn keycloak() {
    let app = app().await;
    let report = Order::file(System::Keycloak, "keycloak.json")
        .role("admin", Role::Admin)
        .run(&app)
        .await;
    assert_eq!(
        (report.read, report.imported, report.refused),
        (7, 6, 1),
        "{report:#?}"
    );
    assert!(report.issues[0].why.contains("service"), "{report:#?}");
    for name in ["sha256", "sha512", "sha1", "argon"] {
        logs_in(&app, &format!("{name}@keycloak.example")).await;
    }
    let names = ["role", "nickname", "created_at", "profile_picture_url"];
    assert_eq!(
        columns(&app, "sha512@keycloak.example", names).await,
        ["ADMIN", "sha512", "1684312211123", ""]
    );
    assert_eq!(
        column(&app, "federated@keycloak.example", "password_hash")
            .await
            .unwrap(),
        "!"
    );
    assert_eq!(
        column(&app, "federated@keycloak.example", "profile_picture_url")
            .await
            .unwrap(),
        "https://example.com/p.png"
    );
    assert_eq!(
        (report.unverified, report.locked, report.without_password),
        (1, 1, 1)
    );
}

#[tokio::test]
async fn auth0() {
    let app = app().await;
    let report = Order::file(System::Auth0, "auth0.ndjson").run(&app).await;
    assert_eq!(
        (report.imported, report.unverified, report.refused),
        (2, 1, 0),
        "{report:#?}"
    );
    logs_in(&app, "bcrypt@auth0.example").await;
    let report = Order::file(System::Auth0, "auth0_import.json")
        .run(&app)
        .await;
    assert_eq!(
        (report.imported, report.refused, report.without_password),
        (6, 1, 1),
        "{report:#?}"
    );
    assert!(report.issues[0].why.contains("HMAC"), "{report:#?}");
    for name in ["sha1", "md5", "scrypt", "pbkdf2", "ldap"] {
        logs_in(&app, &format!("{name}@auth0.example")).await;
    }
    assert_eq!(
        columns(
            &app,
            "named@auth0.example",
            ["first_name", "last_name", "role"]
        )
        .await,
        ["Grace", "Hopper", "AUTHENTICATED"]
    );
}

#[tokio::test]
async fn supabase() {
    let app = app().await;
    let report = Order::file(System::Supabase, "supabase.csv")
        .run(&app)
        .await;
    assert_eq!(
        (report.read, report.imported, report.refused),
        (5, 3, 2),
        "{report:#?}"
    );
    assert!(why(&report, 5).contains("no e-mail address"));
    assert!(why(&report, 6).contains("deleted there"));
    assert_eq!(
        (report.unverified, report.locked, report.without_password),
        (1, 1, 1)
    );
    assert!(report.roles_not_given.is_empty(), "{report:#?}");
    logs_in(&app, "bcrypt@supabase.example").await;
    let found = columns(
        &app,
        "bcrypt@supabase.example",
        ["first_name", "profile_picture_url", "email_verified_at"],
    )
    .await;
    assert_eq!(found, ["Ada", "https://example.com/a.png", "1684312260000"]);
}

#[tokio::test]
async fn firebase() {
    let app = app().await;
    let order = Order::file(System::Firebase, "firebase.json")
        .settings(|settings| settings.signer = Some(signer()));
    let report = order.run(&app).await;
    assert_eq!(
        (report.read, report.imported, report.refused),
        (4, 3, 1),
        "{report:#?}"
    );
    assert_eq!((report.locked, report.without_password), (1, 1));
    let stored = column(&app, "scrypt@firebase.example", "password_hash")
        .await
        .unwrap();
    assert!(stored.starts_with("$sealed$"), "{stored}");
    assert_eq!(
        column(&app, "scrypt@firebase.example", "hash_kind")
            .await
            .unwrap(),
        "$firebase-scrypt$ln=14,r=8"
    );
    logs_in(&app, "scrypt@firebase.example").await;
    let vector = [
        ("username", "vector@firebase.example"),
        ("password", "user1password"),
    ];
    app.post_form("/login/", &vector).await.expect(200);
}

#[tokio::test]
async fn firebase_as_a_table_and_without_its_key() {
    let app = app().await;
    let report = Order::file(System::Firebase, "firebase.csv")
        .run(&app)
        .await;
    assert_eq!((report.imported, report.refused), (1, 1), "{report:#?}");
    assert!(
        why(&report, 1).contains("signer key"),
        "{}",
        why(&report, 1)
    );
    let order = Order::file(System::Firebase, "firebase.csv")
        .settings(|settings| settings.signer = Some(signer()));
    let report = order.run(&app).await;
    assert_eq!((report.imported, report.present), (1, 1), "{report:#?}");
    logs_in(&app, "scrypt@firebase.example").await;
    assert_eq!(
        column(&app, "csv@firebase.example", "email_verified_at").await,
        None
    );
}

#[tokio::test]
async fn fastapi_users() {
    let app = app().await;
    let order =
        Order::file(System::FastapiUsers, "fastapi_users.csv").role("superuser", Role::Admin);
    let report = order.run(&app).await;
    assert_eq!(
        (report.imported, report.unverified, report.locked),
        (4, 1, 1),
        "{report:#?}"
    );
    for name in ["argon", "bcrypt"] {
        logs_in(&app, &format!("{name}@fastapi.example")).await;
    }
    assert_eq!(
        column(&app, "argon@fastapi.example", "role").await.unwrap(),
        "ADMIN"
    );
}

#[tokio::test]
async fn whose_address_is_verified_can_be_said() {
    for (verified, unverified) in [
        (Verified::All, 0),
        (Verified::None, 4),
        (Verified::Source, 1),
    ] {
        let app = TestApp::start().await;
        let order = Order::file(System::FastapiUsers, "fastapi_users.csv");
        let report = order
            .settings(|settings| settings.verified = verified)
            .run(&app)
            .await;
        assert_eq!(report.unverified, unverified, "{verified:?}");
    }
}
