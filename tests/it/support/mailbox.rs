//! The mails of an application, read from its development mailbox.

use serde_json::Value;

use super::app::TestApp;

/// A mail.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub links: Vec<String>,
}

impl TestApp {
    /// The mails to an address, newest first, after the work that requests have left behind.
    pub async fn mails_to(&self, email: &str) -> Vec<Mail> {
        gatepost::jobs::run_due(self, gatepost::app::WORK)
            .await
            .expect("the jobs can be read");
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("to", email)
            .finish();
        let answer = self
            .get(&format!("/dev/mail.json?{query}"))
            .await
            .expect(200)
            .json();
        answer["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(Mail::read)
            .collect()
    }

    /// The path of the link in the newest mail to an address.
    pub async fn verify_link(&self, email: &str) -> String {
        let mails = self.mails_to(email).await;
        let mail = mails
            .first()
            .unwrap_or_else(|| panic!("no mail to {email}"));
        let link = mail
            .links
            .iter()
            .find(|link| link.contains("/verify-email/"));
        let link = link.unwrap_or_else(|| panic!("no link in {mail:#?}"));
        let path = link.strip_prefix(&self.config.public_url());
        path.unwrap_or_else(|| panic!("{link} does not lead here"))
            .to_owned()
    }
}

impl Mail {
    fn read(item: &Value) -> Self {
        let text = |key: &str| {
            item[key]
                .as_str()
                .unwrap_or_else(|| panic!("no {key} in {item:#}"))
                .to_owned()
        };
        let links = item["links"].as_array().expect("links").iter();
        Self {
            to: text("to"),
            subject: text("subject"),
            text: text("text"),
            html: text("html"),
            links: links
                .map(|link| link.as_str().expect("a link").to_owned())
                .collect(),
        }
    }
}
