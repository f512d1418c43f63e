//! What the program writes into a chat by itself, in the languages that are known.

use crate::archive::MessageType;
use crate::import::stamp::is_mark;

/// A deleted message, without its full stop.
const DELETED: &[&str] = &[
    "This message was deleted",
    "You deleted this message",
    "Diese Nachricht wurde gelöscht",
    "Du hast diese Nachricht gelöscht",
    "Se eliminó este mensaje",
    "Este mensaje fue eliminado",
    "Eliminaste este mensaje",
    "Ce message a été supprimé",
    "Vous avez supprimé ce message",
    "Mensagem apagada",
    "Esta mensagem foi apagada",
    "Essa mensagem foi apagada",
    "Você apagou esta mensagem",
    "Questo messaggio è stato eliminato",
    "Hai eliminato questo messaggio",
    "Dit bericht is verwijderd",
    "U hebt dit bericht verwijderd",
];

/// What stands behind a message that was changed.
const EDITED: &[&str] = &[
    "<This message was edited>",
    "<Diese Nachricht wurde bearbeitet>",
    "<Diese Nachricht wurde bearbeitet.>",
    "<Se editó este mensaje>",
    "<Se editó este mensaje.>",
    "<Ce message a été modifié>",
    "<Mensagem editada>",
    "<Questo messaggio è stato modificato>",
    "<Dit bericht is bewerkt>",
];

/// Media that were left out of the export.
const OMITTED: &[&str] = &[
    "<Media omitted>",
    "<Medien ausgeschlossen>",
    "<Multimedia omitido>",
    "<Médias omis>",
    "<Mídia oculta>",
    "<Arquivo de mídia oculto>",
    "<Media omessi>",
    "<Media weggelaten>",
    "image omitted",
    "video omitted",
    "audio omitted",
    "sticker omitted",
    "GIF omitted",
    "document omitted",
    "Contact card omitted",
    "Bild weggelassen",
    "Video weggelassen",
    "Audio weggelassen",
    "Sticker weggelassen",
    "Dokument weggelassen",
    "imagen omitida",
    "image absente",
    "imagem ocultada",
    "immagine omessa",
    "afbeelding weggelaten",
];

/// Words of the program that tell what it tells of.
const TOLD: &[(&str, MessageType)] = &[
    (" joined using this group's invite link", MessageType::Join),
    (" joined using an invite link", MessageType::Join),
    (" joined from the community", MessageType::Join),
    (" was added", MessageType::Join),
    (" added ", MessageType::Join),
    (" hinzugefügt", MessageType::Join),
    (" ist der Gruppe mit ", MessageType::Join),
    (" añadió a ", MessageType::Join),
    (" se unió usando ", MessageType::Join),
    (" a ajouté ", MessageType::Join),
    (" adicionou ", MessageType::Join),
    (" ha aggiunto ", MessageType::Join),
    (" was removed", MessageType::Leave),
    (" removed ", MessageType::Leave),
    (" left", MessageType::Leave),
    (" hat die Gruppe verlassen", MessageType::Leave),
    (" salió del grupo", MessageType::Leave),
    (" a quitté", MessageType::Leave),
    (" saiu", MessageType::Leave),
    ("issed voice call", MessageType::Call),
    ("issed video call", MessageType::Call),
    ("erpasster Sprachanruf", MessageType::Call),
    ("erpasster Videoanruf", MessageType::Call),
    (" changed the subject ", MessageType::Topic),
    (" changed the group description", MessageType::Topic),
    (" changed the group name", MessageType::Topic),
    (" changed this group's ", MessageType::Topic),
    (" changed to ", MessageType::Topic),
    (" changed their phone number", MessageType::Topic),
    (" created group ", MessageType::Topic),
    (" hat die Gruppe ", MessageType::Topic),
    (" hat den Betreff ", MessageType::Topic),
    (" creó el grupo ", MessageType::Topic),
    (" cambió el asunto ", MessageType::Topic),
    (" a créé le groupe ", MessageType::Topic),
    (" criou o grupo ", MessageType::Topic),
    (" ha creato il gruppo ", MessageType::Topic),
];

/// Words before a `: ` that only the program writes, with a quotation behind them.
const QUOTING: &[&str] = &[
    " changed the subject ",
    " changed the group name",
    " created group ",
    " hat den Betreff ",
    " hat die Gruppe ",
    " cambió el asunto ",
    " creó el grupo ",
    " a créé le groupe ",
    " criou o grupo ",
    " ha creato il gruppo ",
];

/// How an export calls the file of a chat, before its name.
const CHAT_OF: &[&str] = &[
    "WhatsApp Chat with ",
    "WhatsApp Chat - ",
    "WhatsApp Chat mit ",
    "WhatsApp-Chat mit ",
    "Chat de WhatsApp con ",
    "Discussion WhatsApp avec ",
    "Conversa do WhatsApp com ",
    "Chat WhatsApp con ",
    "WhatsApp-chat met ",
];

fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_mark(c))
}

/// The name of the chat in the name of a file.
pub(super) fn chat_of(stem: &str) -> &str {
    CHAT_OF.iter().find_map(|start| stem.strip_prefix(start)).unwrap_or(stem).trim()
}

/// Whether the text only tells that a message was deleted.
pub(super) fn is_deleted(text: &str) -> bool {
    DELETED.contains(&bare(text).trim_end_matches('.'))
}

/// The text without the mark of a change; `None` when it has none.
pub(super) fn without_edited(text: &str) -> Option<&str> {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c));
    let before = EDITED.iter().find_map(|mark| text.strip_suffix(mark))?;
    Some(before.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c)))
}

/// A file that a message carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attached<'a> {
    /// Its name, or what stands for it.
    pub(super) name: &'a str,
    /// Whether the export left it out.
    pub(super) is_omitted: bool,
    /// Whether the message says nothing else.
    pub(super) is_all: bool,
}

/// The file that a text names as attached or left out.
pub(super) fn attached(text: &str) -> Option<Attached<'_>> {
    let text = bare(text);
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = bare(line);
    let is_all = bare(rest).is_empty();
    if OMITTED.contains(&line) {
        let name = line.trim_matches(['<', '>']);
        return Some(Attached { name, is_omitted: true, is_all });
    }
    // `<attached: photo.jpg>`, whatever the language calls it.
    if let Some((before, inner)) = line.strip_suffix('>').and_then(|line| line.rsplit_once('<'))
        && let Some((_, name)) = inner.split_once(": ")
        && is_file(name.trim())
    {
        return Some(Attached { name: name.trim(), is_omitted: false, is_all: is_all && bare(before).is_empty() });
    }
    // `IMG-20220606-WA0001.jpg (file attached)`.
    let (name, note) = line.strip_suffix(')')?.rsplit_once(" (")?;
    let is_noted = ["file attached", "Datei angehängt", "archivo adjunto", "fichier joint", "arquivo anexado"];
    let is_named = name.contains("-WA") || is_noted.contains(&note);
    (is_named && is_file(bare(name))).then_some(Attached { name: bare(name), is_omitted: false, is_all })
}

fn is_file(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && (2..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// What the program tells: who came, who left, what changed.
pub(super) fn told(text: &str) -> MessageType {
    let fits = TOLD.iter().filter_map(|(words, kind)| Some((text.find(words)?, *kind)));
    fits.min_by_key(|(at, _)| *at).map_or(MessageType::Topic, |(_, kind)| kind)
}

/// Whether what stands before a `: ` is not a name but the program's own words.
pub(super) fn is_told(before: &str) -> bool {
    QUOTING.iter().any(|words| before.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_changes_are_told_in_any_language() {
        let name = |text| attached(text).map(|attached| (attached.name, attached.is_omitted, attached.is_all));
        assert_eq!(name("\u{200e}<Anhang: 0001-PHOTO.jpg>"), Some(("0001-PHOTO.jpg", false, true)));
        assert_eq!(
            name("IMG-20220606-WA0001.jpg (Datei angehängt)\nlook"),
            Some(("IMG-20220606-WA0001.jpg", false, false))
        );
        assert_eq!(name("<Media omitted>"), Some(("Media omitted", true, true)));
        assert_eq!(name("a <b: c>"), None);
        assert_eq!(name("see notes (draft)"), None);
        assert_eq!(without_edited("hello \u{200e}<This message was edited>"), Some("hello"));
        assert!(is_deleted("\u{200e}Se eliminó este mensaje."));
        assert_eq!(told("Mara left"), MessageType::Leave);
    }
}
