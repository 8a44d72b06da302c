// Package twilio delivers SMS and WhatsApp messages through Twilio's REST API: it implements
// ports.Messenger, and an http.Handler for Twilio's later reports of a message's delivery.
//
// # At least once
//
// Twilio's Messages resource has no idempotency key. If the outcome of a send is in doubt,
// because its reply was lost, unreadable or a server error, the messages to that number are
// listed before the next try, and a message that is found there is not sent again. The same is
// done before the first try of a message with a Key, because the process that sent it first
// may have died before it recorded that. While the list cannot be read, nothing is sent. So a
// message goes out a second time only if its first reply was lost and it cannot be found.
//
// A listed message is recognised by its sender, its text and its age: it must be no older than
// the Key, a UUIDv7, or than the call if there is no Key. Nothing else that we could add
// survives: a listed message has no status-callback address, no content variables and no
// metadata, and Indian rules (DLT) forbid adding a mark to the text. Two consequences:
//
//   - A content template must be registered with exactly the words of domain, or its messages
//     are not recognised and a lost reply sends them twice. The same is true for accounts with
//     redacted message bodies.
//   - Of two messages with the same words to the same number, the later may be taken for the
//     earlier if the earlier was lost. The person has the text once.
//
// The list is not filtered by DateSent, because a message that waits in Twilio's queue has none
// yet. Messages are filtered here instead, by date_created.
//
// # India
//
// The DLT rules require a registered sender (Config.SMSFrom takes its header) and registered
// words. Twilio compares the words with the templates that were registered through it, and
// takes no template id with a message. If the words are stored as Twilio content instead,
// Config.SMSContents names it.
//
// The package logs nothing, and its errors contain neither numbers nor texts: they have the
// code of Twilio's own error message, which itself repeats the number.
//
// It imports domain, ports, adapters/internal/httpcall and the standard library only.
package twilio
