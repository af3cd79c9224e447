//! Any input: what no list of odd things has thought of. Every answer is judged by the client of all tests.

use proptest::prelude::*;

use crate::support::TestApp;

/// Something like JSON, with the keys that mean something here.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        Just("ann@example.com".into()),
    ];
    let key = prop_oneof![
        Just("email".to_owned()),
        Just("password".to_owned()),
        Just("nickname".to_owned()),
        Just("role".to_owned()),
        Just("bio".to_owned()),
        any::<String>()
    ];
    leaf.prop_recursive(3, 20, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Sends each sample to the application; the client of the tests judges every answer.
fn throw<T: std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
    path: &str,
    kind: &str,
    encode: impl Fn(&T) -> Vec<u8>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let app = runtime.block_on(TestApp::with(|config| {
        config.login.failures_per_network = 1_000_000;
        config.registration.per_network = 1_000_000;
    }));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 128,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let thrown = runner.run(&strategy, |sample| {
        // Chance may put the password of one sample into another field of the next.
        app.forget_secrets();
        let answer = runtime.block_on(app.post(path).body(kind, encode(&sample)).into_future());
        prop_assert!(answer.status < 500, "{answer:#?}");
        Ok(())
    });
    thrown.unwrap_or_else(|failure| panic!("{failure}"));
    runtime.block_on(app.close());
}

#[test]
fn any_json_ends_well() {
    throw(json(), "/register/", "application/json", |sample| {
        sample.to_string().into_bytes()
    });
}

#[test]
fn any_bytes_end_well_as_json() {
    throw(
        prop::collection::vec(any::<u8>(), 0..200),
        "/register/",
        "application/json",
        Clone::clone,
    );
}

#[test]
fn any_text_that_looks_like_json_ends_well() {
    throw(
        "[\\[\\]{}:,\"a-z0-9\\\\. ]{0,80}",
        "/register/",
        "application/json",
        |text: &String| text.clone().into_bytes(),
    );
}

#[test]
fn any_bytes_end_well_as_a_form() {
    throw(
        prop::collection::vec(any::<u8>(), 0..200),
        "/login/",
        "application/x-www-form-urlencoded",
        Clone::clone,
    );
}

#[test]
fn any_name_and_password_end_well() {
    throw(
        (any::<String>(), any::<String>()),
        "/login/",
        "application/x-www-form-urlencoded",
        |(name, password)| {
            let pairs = [("username", name), ("password", password)];
            form_urlencoded::Serializer::new(String::new())
                .extend_pairs(pairs)
                .finish()
                .into_bytes()
        },
    );
}

#[test]
fn any_bytes_end_well_as_multipart() {
    throw(
        "(--X|--X--|\r\n|Content-Disposition: form-data; name=\"username\"|[ -~]{0,5}){0,12}",
        "/login/",
        "multipart/form-data; boundary=X",
        |text: &String| text.clone().into_bytes(),
    );
}
