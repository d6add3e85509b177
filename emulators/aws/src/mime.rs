//! Reads the messages that Vaidya sends: RFC 5322 headers, MIME parts, base64 and quoted-printable.
//!
//! Strict where a mail program would guess: a part that can't be decoded, an unknown charset or a missing closing
//! boundary is an error, so that a broken mail fails a test and does not only look wrong on a patient's phone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The greatest depth of nested parts.
const DEEPEST: usize = 8;

/// The longest line that RFC 5322 allows, without its CRLF.
const LONGEST_LINE: usize = 998;

/// A mail as a reader sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The `Subject`, decoded.
    pub subject: String,
    /// The `From` header, decoded.
    pub from: String,
    /// The addresses of the `To` header.
    pub to: Vec<String>,
    /// The `Date` header as it stands; empty when SES would add one.
    pub date: String,
    /// The first `text/plain` part.
    pub text: Option<String>,
    /// The first `text/html` part.
    pub html: Option<String>,
    /// Everything else: attachments and calendar invitations.
    pub attachments: Vec<Attachment>,
}

/// A part that is not the mail's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The file name; empty if there is none.
    pub name: String,
    /// The media type with parameters, as in the header.
    pub content_type: String,
    /// The decoded content.
    pub content: Vec<u8>,
}

/// The reason why a mail cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Malformed(String);

impl Malformed {
    fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// Reads a whole mail.
pub(crate) fn parse(raw: &[u8]) -> Result<Message, Malformed> {
    if raw.split(|&byte| byte == b'\n').any(|line| line.strip_suffix(b"\r").unwrap_or(line).len() > LONGEST_LINE) {
        return Err(Malformed::new(format!("a line is longer than {LONGEST_LINE} bytes")));
    }
    let text = std::str::from_utf8(raw).map_err(|_| Malformed::new("the message is not UTF-8"))?;
    let (headers, _) = split(text)?;
    let mut message = Message {
        subject: decode_words(headers.one("subject")?.unwrap_or_default())?,
        from: decode_words(headers.one("from")?.ok_or_else(|| Malformed::new("there is no From header"))?)?,
        to: addresses(headers.one("to")?.unwrap_or_default()),
        date: headers.one("date")?.unwrap_or_default().to_owned(),
        ..Message::default()
    };
    read_part(text, &mut message, 0)?;
    Ok(message)
}

/// All recipients that the headers of a mail name.
pub(crate) fn header_recipients(raw: &[u8]) -> Result<Vec<String>, Malformed> {
    let text = std::str::from_utf8(raw).map_err(|_| Malformed::new("the message is not UTF-8"))?;
    let (headers, _) = split(text)?;
    let mut recipients = Vec::new();
    for name in ["to", "cc", "bcc"] {
        recipients.extend(addresses(headers.one(name)?.unwrap_or_default()));
    }
    Ok(recipients)
}

/// The bare addresses of a list such as `"Rao, A." <a@example.com>, b@example.com`.
pub(crate) fn addresses(list: &str) -> Vec<String> {
    let (mut quoted, mut angle) = (false, false);
    list.split(|c| {
        match c {
            '"' => quoted = !quoted,
            '<' if !quoted => angle = true,
            '>' if !quoted => angle = false,
            _ => {}
        }
        c == ',' && !quoted && !angle
    })
    .map(|one| match one.rsplit_once('<') {
        Some((_, address)) => address.trim_end().trim_end_matches('>'),
        None => one,
    })
    .map(|address| address.trim().to_owned())
    .filter(|address| !address.is_empty())
    .collect()
}

/// A header's text, with non-ASCII characters as RFC 2047 encoded words.
pub(crate) fn encode_words(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.is_ascii() {
        return text;
    }
    // An encoded word has at most 75 characters: 45 bytes, whole characters.
    let mut words = vec![String::new()];
    for c in text.chars() {
        if words.last().is_some_and(|word| word.len() + c.len_utf8() > 45) {
            words.push(String::new());
        }
        words.last_mut().expect("there is one word at least").push(c);
    }
    let words: Vec<_> = words.iter().map(|word| format!("=?utf-8?B?{}?=", BASE64.encode(word))).collect();
    words.join("\r\n ")
}

/// The header fields of a message or a part, unfolded.
struct Headers(Vec<(String, String)>);

impl Headers {
    /// The field of that (lowercase) name, of which there may be one at most.
    fn one(&self, name: &str) -> Result<Option<&str>, Malformed> {
        let mut fields = self.0.iter().filter(|(field, _)| field == name);
        let first = fields.next().map(|(_, value)| value.as_str());
        match fields.next() {
            Some(_) => Err(Malformed::new(format!("there are several {name} headers"))),
            None => Ok(first),
        }
    }
}

/// Separates headers and body.
fn split(part: &str) -> Result<(Headers, &str), Malformed> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut rest = part;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.strip_suffix('\r').unwrap_or(line);
        rest = after;
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            let (_, value) =
                headers.last_mut().ok_or_else(|| Malformed::new("the message starts with a folded line"))?;
            value.push(' ');
            value.push_str(line.trim());
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| Malformed::new(format!("no header: {line:?}")))?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Malformed::new(format!("no header name: {name:?}")));
        }
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok((Headers(headers), rest))
}

fn read_part(part: &str, message: &mut Message, depth: usize) -> Result<(), Malformed> {
    if depth > DEEPEST {
        return Err(Malformed::new("parts are nested too deep"));
    }
    let (headers, body) = split(part)?;
    let content_type = headers.one("content-type")?.unwrap_or("text/plain; charset=us-ascii");
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media_type.starts_with("multipart/") {
        let boundary =
            parameter(content_type, "boundary")?.ok_or_else(|| Malformed::new("a multipart has no boundary"))?;
        for part in parts(body, &boundary)? {
            read_part(part, message, depth + 1)?;
        }
        return Ok(());
    }

    let content = decode(headers.one("content-transfer-encoding")?.unwrap_or("7bit"), body)?;
    let disposition = headers.one("content-disposition")?.unwrap_or("inline");
    let is_attachment = disposition.to_ascii_lowercase().starts_with("attachment");
    let slot = match (&*media_type, is_attachment) {
        ("text/plain", false) if message.text.is_none() => &mut message.text,
        ("text/html", false) if message.html.is_none() => &mut message.html,
        _ => {
            let name = match parameter(disposition, "filename")? {
                Some(name) => name,
                None => parameter(content_type, "name")?.unwrap_or_default(),
            };
            message.attachments.push(Attachment { name, content_type: content_type.to_owned(), content });
            return Ok(());
        }
    };
    let charset = parameter(content_type, "charset")?.unwrap_or_else(|| "us-ascii".to_owned());
    *slot = Some(text_of(content, &charset)?);
    Ok(())
}

/// The parts between the lines that a boundary makes.
fn parts<'a>(body: &'a str, boundary: &str) -> Result<Vec<&'a str>, Malformed> {
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut start = None;
    let mut place = 0;
    for line in body.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix(&delimiter) {
            let closes = rest.trim_end() == "--";
            if closes || rest.trim_end().is_empty() {
                if let Some(start) = start {
                    let part: &str = &body[start..place];
                    parts.push(part.strip_suffix("\r\n").or(part.strip_suffix('\n')).unwrap_or(part));
                }
                if closes {
                    return Ok(parts);
                }
                start = Some(place + line.len());
            }
        }
        place += line.len();
    }
    Err(Malformed::new(format!("the boundary {boundary:?} is not closed")))
}

/// A parameter of a header such as `text/plain; charset="utf-8"`, in RFC 2231's form too (`filename*=utf-8''%e0`).
fn parameter(header: &str, name: &str) -> Result<Option<String>, Malformed> {
    let mut quoted = false;
    let pieces = header.split(|c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    for piece in pieces.skip(1) {
        let Some((key, value)) = piece.split_once('=') else { continue };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        if key == name {
            return decode_words(value.trim_matches('"')).map(Some);
        }
        if key.strip_suffix('*') == Some(name) {
            let mut encoded = value.splitn(3, '\'');
            let (charset, _language, text) = (encoded.next(), encoded.next(), encoded.next());
            let (Some(charset), Some(text)) = (charset, text) else {
                return Err(Malformed::new(format!("{piece:?} is no extended parameter")));
            };
            return text_of(unescape(text.as_bytes(), b'%')?, charset).map(Some);
        }
    }
    Ok(None)
}

/// Undoes a transfer encoding.
fn decode(encoding: &str, body: &str) -> Result<Vec<u8>, Malformed> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "7bit" if body.is_ascii() => Ok(body.as_bytes().to_vec()),
        "7bit" => Err(Malformed::new("a 7bit part has bytes beyond ASCII")),
        "8bit" => Ok(body.as_bytes().to_vec()),
        "base64" => {
            let digits: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            BASE64.decode(digits).map_err(|error| Malformed::new(format!("a base64 part: {error}")))
        }
        "quoted-printable" => {
            let joined = body.replace("=\r\n", "").replace("=\n", "");
            unescape(joined.as_bytes(), b'=')
        }
        other => Err(Malformed::new(format!("unknown transfer encoding {other:?}"))),
    }
}

/// Replaces an escape character and two hexadecimal digits by the byte that they stand for.
fn unescape(text: &[u8], escape: u8) -> Result<Vec<u8>, Malformed> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != escape {
            out.push(byte);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let value = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let value = value.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(value.ok_or_else(|| Malformed::new("an escape without two hexadecimal digits"))?);
        rest = &after[2..];
    }
    Ok(out)
}

/// Decodes the encoded words of a header (RFC 2047); white space between two of them vanishes.
fn decode_words(header: &str) -> Result<String, Malformed> {
    let mut out = String::new();
    let mut after_word = false;
    let mut rest = header;
    while let Some(start) = rest.find("=?") {
        let (before, word) = rest.split_at(start);
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        let mut pieces = word[2..].splitn(3, '?');
        let (charset, encoding, tail) = (pieces.next(), pieces.next(), pieces.next());
        let (Some(charset), Some(encoding), Some((text, after))) =
            (charset, encoding, tail.and_then(|tail| tail.split_once("?=")))
        else {
            return Err(Malformed::new(format!("no encoded word: {word:?}")));
        };
        let bytes = match encoding {
            "B" | "b" => decode("base64", text)?,
            "Q" | "q" => unescape(text.replace('_', " ").as_bytes(), b'=')?,
            other => return Err(Malformed::new(format!("unknown encoding {other:?} of a header"))),
        };
        out.push_str(&text_of(bytes, charset)?);
        rest = after;
        after_word = true;
    }
    out.push_str(rest);
    Ok(out)
}

fn text_of(bytes: Vec<u8>, charset: &str) -> Result<String, Malformed> {
    let text = String::from_utf8(bytes).map_err(|_| Malformed::new("a text is not in its charset"))?;
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => Ok(text),
        "us-ascii" if text.is_ascii() => Ok(text),
        "us-ascii" => Err(Malformed::new("a text is not in its charset")),
        other => Err(Malformed::new(format!("unknown charset {other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITATION: &str = "From: =?utf-8?Q?Vaidya_=E0=A4=B5?= <no-reply@vaidya.example>\r\n\
        To: \"Rao, Asha\" <asha@example.com>,\r\n b@example.com\r\n\
        Subject: =?utf-8?B?4KS44KSu4KSv?=\r\n =?utf-8?B?IOKCuQ==?=\r\n\
        Date: Tue, 1 Dec 2026 04:30:00 +0000\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n\
        preamble\r\n\
        --outer\r\n\
        Content-Type: multipart/alternative; boundary=inner\r\n\r\n\
        --inner\r\n\
        Content-Type: text/plain; charset=\"utf-8\"\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\
        Your visit costs =E2=82=B9500, and this line is con=\r\ntinued.\r\n\
        --inner\r\n\
        Content-Type: text/html; charset=utf-8\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n\
        PHA+SGVs\r\nbG88L3A+\r\n\
        --inner--\r\n\
        --outer\r\n\
        Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\
        Content-Disposition: attachment; filename*=utf-8''%E0%A4%B5.ics\r\n\r\n\
        BEGIN:VCALENDAR\r\n\
        --outer--\r\n";

    #[test]
    fn a_mail_with_alternatives_and_an_attachment_is_read() {
        let mail = parse(INVITATION.as_bytes()).unwrap();
        assert_eq!(mail.from, "Vaidya व <no-reply@vaidya.example>");
        assert_eq!(mail.to, ["asha@example.com", "b@example.com"]);
        assert_eq!(mail.subject, "समय ₹");
        assert_eq!(mail.date, "Tue, 1 Dec 2026 04:30:00 +0000");
        assert_eq!(mail.text.unwrap(), "Your visit costs ₹500, and this line is continued.");
        assert_eq!(mail.html.unwrap(), "<p>Hello</p>");
        let [invitation] = &mail.attachments[..] else { panic!("{:?}", mail.attachments) };
        assert_eq!(invitation.name, "व.ics");
        assert_eq!(invitation.content_type, "text/calendar; method=REQUEST; charset=utf-8");
        assert_eq!(invitation.content, b"BEGIN:VCALENDAR");
    }

    #[test]
    fn a_mail_that_is_broken_is_refused() {
        for (from, to) in [
            ("--outer--", "--outer"),
            ("=E2=82=B9", "=E2=82=ZZ"),
            ("PHA+SGVs", "PHA*SGVs"),
            ("charset=\"utf-8\"", "charset=\"utf-7\""),
            ("From:", "Sender:"),
            ("Date:", "Subject: again\r\nDate:"),
        ] {
            let broken = INVITATION.replacen(from, to, 1);
            assert_ne!(broken, INVITATION, "{from:?} is not in the sample");
            assert!(parse(broken.as_bytes()).is_err(), "with {to:?}");
        }
        assert!(parse(format!("From: a@b.example\r\n\r\n{}", "x".repeat(999)).as_bytes()).is_err());
    }

    #[test]
    fn a_header_of_any_text_survives_encoding() {
        for text in ["plain", "Your code ₹", &"नमस्ते ".repeat(20), "tab\tand\r\nline"] {
            let unfolded = encode_words(text).replace("\r\n", "");
            let expected: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            assert_eq!(decode_words(&unfolded).unwrap(), expected);
        }
    }
}
