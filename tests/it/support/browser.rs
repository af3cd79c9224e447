//! A browser without scripts: it keeps cookies, follows redirects, and fills in the forms that a page has.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::app::TestApp;
use super::client::{Answer, Request};
use super::html::{self, Form};

/// What browsers send when somebody opens an address.
const ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Somebody's browser.
pub struct Browser<'a> {
    app: &'a TestApp,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// A page that the browser shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where the redirects ended.
    pub path: String,
    pub status: u16,
    pub html: String,
    pub answer: Answer,
}

impl TestApp {
    pub fn browser(&self) -> Browser<'_> {
        Browser {
            app: self,
            cookies: RefCell::default(),
        }
    }
}

impl Browser<'_> {
    /// Opens an address, as by typing it.
    pub async fn open(&self, path: &str) -> Page {
        let request = self.app.get(path).header("sec-fetch-site", "none");
        self.follow(request).await
    }

    /// Sends a form of a page of this site.
    pub async fn submit(&self, form: &Form) -> Page {
        assert_eq!(form.method, "post", "{form:#?}");
        let request = self.app.post(&form.action).form(&form.pairs());
        self.follow(
            request
                .header("sec-fetch-site", "same-origin")
                .header("origin", "http://localhost:8000"),
        )
        .await
    }

    /// Sends what a page of another site makes the browser send. Cookies that are `Lax` stay at home; here they are sent
    /// all the same, as a browser without `SameSite` would.
    pub async fn submit_from_elsewhere(&self, form: &Form) -> Answer {
        let request = self.app.post(&form.action).form(&form.pairs());
        self.send(
            request
                .header("sec-fetch-site", "cross-site")
                .header("origin", "https://evil.example"),
        )
        .await
    }

    /// Sends one request with the cookies, and keeps those that the answer sets.
    pub async fn send(&self, request: Request<'_>) -> Answer {
        let line: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = if line.is_empty() {
            request
        } else {
            request.header("cookie", line.join("; "))
        };
        let answer = request.header("accept", ACCEPT).await;
        for line in answer.set_cookies() {
            let (name, value) = line
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("a cookie");
            let mut cookies = self.cookies.borrow_mut();
            if line.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    async fn follow(&self, request: Request<'_>) -> Page {
        let mut path = request.target.clone();
        let mut answer = self.send(request).await;
        for _ in 0..5 {
            if !matches!(answer.status, 302 | 303 | 307 | 308) {
                let (status, html) = (answer.status, answer.body.clone());
                return Page {
                    path,
                    status,
                    html,
                    answer,
                };
            }
            assert!(
                matches!(answer.status, 302 | 303),
                "{path}: a form is not sent twice: {answer:#?}"
            );
            answer.header("location").clone_into(&mut path);
            answer = self
                .send(self.app.get(&path).header("sec-fetch-site", "same-origin"))
                .await;
        }
        panic!("{path}: too many redirects");
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub fn forget(&self, name: &str) {
        self.cookies.borrow_mut().remove(name);
    }
}

impl Page {
    /// The form that is sent to `action`; an empty action is the page itself.
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        let mut forms = html::forms(&self.html).into_iter();
        let form = forms.find(|form| form.action == action);
        let mut form = form
            .unwrap_or_else(|| panic!("{} has no form for {action:?}:\n{}", self.path, self.html));
        if form.action.is_empty() {
            form.action.clone_from(&self.path);
        }
        form
    }

    #[track_caller]
    pub fn expect(self, status: u16, path: &str) -> Self {
        assert_eq!(
            (self.status, self.path.as_str()),
            (status, path),
            "{}",
            self.html
        );
        self
    }

    /// Fails unless the page shows `text`.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(
            html::text(&self.html).contains(text),
            "{} does not show {text:?}:\n{}",
            self.path,
            self.html
        );
        self
    }
}
