//! Mail: a feature enqueues it in its own transaction, a worker sends it later, and no request waits for a mail server.
//!
//! A mail is a row of the outbox from the moment its cause is committed until a server (or, in development, the
//! mailbox page) has taken it. A crash loses none; one between sending and noting it sends that mail again, under
//! the same `Message-ID`.

mod backoff;
mod deliver;
mod eml;
mod letter;
mod message;
mod outbox;
mod probe;
mod queue;
pub(crate) mod queue_store;
mod smtp;
pub(crate) mod store;

use tokio::sync::Notify;

use crate::config::Config;

pub use deliver::run;
pub use letter::compose;
pub use message::{Content, Message};
pub use outbox::{
    Mail, clear, enqueue, enqueue_last, enqueue_until, find, forget, forget_finished, newest, purge,
};
pub use probe::probe;
pub use queue::{
    QueueCounts, QueuePart, QueueSize, Queued, Spot, State, Wanted, count_unsent, give_up, queue,
    queue_counts, queue_part, queue_size, queue_to, queued, retry, retry_all,
};

/// Wakes the worker, so that a mail leaves at once. Without a call it leaves within a second.
#[derive(Default)]
pub struct Post(Notify);

impl Post {
    /// A post without a worker yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says that mails have been committed.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    async fn woken(&self) {
        self.0.notified().await;
    }
}

/// Where mails go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Destination {
    /// To the SMTP server of the settings.
    Server,
    /// To the pages at `/dev/mail`, and into the folder of the settings if there is one.
    Mailbox,
    /// Into the folder of the settings only.
    Folder,
    /// Nowhere yet: they wait.
    Nowhere,
}

impl Destination {
    fn of(config: &Config) -> Self {
        if config.smtp() {
            Self::Server
        } else if config.development() {
            Self::Mailbox
        } else if config.mail.eml_folder.is_some() {
            Self::Folder
        } else {
            Self::Nowhere
        }
    }
}

/// Whether mails are shown at `/dev/mail` instead of being sent.
pub fn is_dev_mailbox(config: &Config) -> bool {
    Destination::of(config) == Destination::Mailbox
}

/// What the person who starts the server should know about mails that nobody will receive.
pub fn warning(config: &Config) -> Option<String> {
    match Destination::of(config) {
        Destination::Server | Destination::Mailbox => None,
        Destination::Folder => {
            Some("mail.smtp_host is not set: mails are only written into mail.eml_folder and reach nobody".into())
        }
        Destination::Nowhere => Some("mail.smtp_host is not set: mails wait in the database until it is".into()),
    }
}
