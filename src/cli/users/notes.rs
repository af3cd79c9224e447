//! `gatepost user notes`, `add-note` and `delete-note`: what staff have written down about an account.

use clap::Args;
use serde_json::{Map, json};

use super::{One, find};
use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;
use crate::http::input;
use crate::ids::NoteId;
use crate::notes::{self, NewNote};
use crate::sessions::Staff;

#[derive(Debug, Args)]
pub(in crate::cli) struct AddNote {
    #[command(flatten)]
    one: One,
    /// What to write down
    text: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DeleteNote {
    /// Whose account: the id, the e-mail address or the nickname
    who: String,
    /// The note's id, as `gatepost user notes` shows it
    id: String,
    #[command(flatten)]
    format: Format,
}

/// Shows the notes, the newest first.
pub(super) async fn list(app: &App, one: &One) -> Outcome {
    let id = find::find(app, &one.who).await?.id;
    let page = notes::list(app, &Staff::operator(), id).await?;
    if one.format.json {
        return output::json(&page);
    }
    for note in &page.items {
        let author = note.author.as_deref();
        let author = author.unwrap_or(match note.author_id {
            Some(_) => "somebody whose account is gone",
            None => "the command line",
        });
        let head = format!("{}  {}  {author}", note.id, note.created_at);
        output::say(&output::plain(&head))?;
        for line in note.text.lines() {
            output::say(&format!("    {}", output::plain(line)))?;
        }
    }
    Ok(())
}

/// Writes a note.
pub(super) async fn add(app: &App, args: &AddNote) -> Outcome {
    let id = find::find(app, &args.one.who).await?.id;
    let fields = Map::from_iter([("text".to_owned(), json!(args.text))]);
    let new: NewNote = input::judge_object(app, &fields)?;
    let note = notes::create(app, &Staff::operator(), id, &new).await?;
    if args.one.format.json {
        return output::json(&note);
    }
    output::say("The note is written.")
}

/// Deletes a note.
pub(super) async fn delete(app: &App, args: &DeleteNote) -> Outcome {
    let id: NoteId = args
        .id
        .parse()
        .map_err(|_| Failure::Usage(format!("{} is no id of a note", args.id)))?;
    let account = find::find(app, &args.who).await?.id;
    notes::delete(app, &Staff::operator(), (account, id)).await?;
    if args.format.json {
        return output::json(&json!({"id": id, "deleted": true}));
    }
    output::say("The note is deleted.")
}
