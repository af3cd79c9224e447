//! A client for one thing: `GET` of a small text, over TLS unless the address says otherwise, without redirects.

use url::Url;

use crate::http::outgoing::{Client as HttpClient, Outgoing};

/// Fetches what lies below one address.
pub(super) struct Client {
    url: Url,
    client: HttpClient,
}

impl Client {
    /// A client for `url`, to which a word is appended at each request. The error says what is wrong with it.
    pub(super) fn of(url: Url) -> Result<Self, String> {
        let expected = || "expected an https:// address that ends with a slash".to_owned();
        let is_plain =
            url.username().is_empty() && url.query().is_none() && url.fragment().is_none();
        if !is_plain || !url.path().ends_with('/') {
            return Err(expected());
        }
        let client = HttpClient::of(&url).map_err(|_| expected())?;
        Ok(Self { url, client })
    }

    /// The text at the address with `word` at its end. Anything but a 200 is an error, a redirect too.
    pub(super) async fn get(&self, word: &str) -> Result<String, String> {
        let url = self.url.join(word).map_err(|error| error.to_string())?;
        // So that not even the length of the answer tells which digits were asked for.
        let request = Outgoing::get(&url).header("add-padding", "true");
        let answer = self.client.send(request).await?;
        match answer.status {
            200 => String::from_utf8(answer.body.into()).map_err(|error| error.to_string()),
            status => Err(format!("status {status}")),
        }
    }
}
