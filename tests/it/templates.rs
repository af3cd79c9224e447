//! Templates: each is well-formed and needs nothing that might be absent.

use std::path::Path;

use gatepost::templates::Templates;
use serde_json::{Value, json};

/// The two that show one thing get one without any content.
fn nothing() -> Value {
    json!({"mail": {}, "account": {}})
}

#[test]
fn each_renders_with_an_empty_context() {
    let templates = Templates::new(None);
    let names: Vec<String> = Templates::names().collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let rendered = templates
            .render(&name, nothing())
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(
            !rendered.contains("undefined") && !rendered.contains("{{"),
            "{name}:\n{rendered}"
        );
        if name.ends_with(".subject.txt") {
            assert!(
                !rendered.contains('\n'),
                "{name}: a subject is one line, without a break at its end"
            );
        }
    }
}

#[test]
fn what_a_user_typed_is_never_markup() {
    let templates = Templates::new(None);
    let typed = "<script>alert(1)</script>\" onload=\"x";
    let map = json!({"email": typed, "nickname": typed, "first_name": typed, "bio": typed, "username": typed});
    let context = json!({"product": typed, "greeting": typed, "name": typed, "fault": typed, "notice": typed,
        "form": map, "account": map, "mail": map, "mails": [map], "mailbox_url": typed, "faults": map, "viewer": {"name": typed}, "email": typed, "text": typed});
    let is_html = |name: &String| {
        Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "html")
    };
    for name in Templates::names().filter(is_html) {
        let rendered = templates
            .render(&name, &context)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(!rendered.contains("<script>alert"), "{name}:\n{rendered}");
        assert!(!rendered.contains("\" onload=\""), "{name}:\n{rendered}");
    }
}

#[test]
fn the_operators_folder_goes_first_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pages")).unwrap();
    std::fs::write(
        folder.path().join("pages/welcome.html"),
        "Welcome to {{ product }} <{{ name }}>",
    )
    .unwrap();
    let templates = Templates::new(Some(folder.path().into()));
    let rendered = templates
        .render(
            "pages/welcome.html",
            json!({"product": "Ours", "name": "<b>"}),
        )
        .unwrap();
    assert_eq!(rendered, "Welcome to Ours <&lt;b&gt;>");
    assert!(
        templates
            .render("login/form.html", json!({}))
            .unwrap()
            .contains("<form")
    );
}
