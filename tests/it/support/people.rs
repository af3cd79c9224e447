//! People with accounts, made through the API as anybody would.

use gatepost::roles::Role;
use serde_json::{Value, json};

use super::app::TestApp;

/// The password of everybody in the tests: the sample of the documentation.
pub const PASSWORD: &str = "Secure*1234";

/// A good password that nobody has.
pub const WRONG_PASSWORD: &str = "Another+5678";

/// Somebody who has an account and is logged in.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub token: String,
}

impl TestApp {
    /// Registers an account. The first one of an application is its administrator: see [`TestApp::admin`].
    pub async fn register(&self, email: &str) -> Value {
        self.post_json("/register/", &json!({"email": email, "password": PASSWORD}))
            .await
            .expect(200)
            .json()
    }

    /// Logs in and answers the access token.
    pub async fn log_in(&self, email: &str) -> String {
        let answer = self
            .post_form("/login/", &[("username", email), ("password", PASSWORD)])
            .await
            .expect(200);
        answer.json()["access_token"]
            .as_str()
            .expect("a token")
            .to_owned()
    }

    /// The administrator: the first account of the application, made when first asked for.
    pub async fn admin(&self) -> &Person {
        let make = || async {
            let email = "admin@example.com";
            let user = self.register(email).await;
            assert_eq!(
                user["role"], "ADMIN",
                "the first account is the administrator: {user:#}"
            );
            self.person(&user).await
        };
        self.admin.get_or_init(make).await
    }

    /// Registers an account and follows the link in its mail.
    pub async fn verified_user(&self, email: &str) -> Person {
        self.admin().await;
        let user = self.register(email).await;
        let link = self.verify_link(email).await;
        self.get(&link).await.expect(307);
        self.person(&user).await
    }

    /// A verified account with `role`.
    pub async fn user_with_role(&self, email: &str, role: Role) -> Person {
        let person = self.verified_user(email).await;
        if role == Role::Authenticated {
            return person;
        }
        let change = json!({"role": role.name()});
        let changed = self
            .put_json(&format!("/users/{}", person.id), &change)
            .bearer(&self.admin().await.token)
            .await;
        assert_eq!(changed.expect(200).json()["role"], role.name());
        Person {
            token: self.log_in(email).await,
            ..person
        }
    }

    async fn person(&self, user: &Value) -> Person {
        let text = |key: &str| user[key].as_str().expect("a text").to_owned();
        let email = text("email");
        Person {
            id: text("id"),
            token: self.log_in(&email).await,
            email,
        }
    }
}

/// The names of an object's keys, in their order.
pub fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

/// A copy of `object` with `key` set to `value`.
pub fn with(object: &Value, key: &str, value: impl Into<Value>) -> Value {
    let mut changed = object.clone();
    changed[key] = value.into();
    changed
}
