// Package twilio delivers SMS and WhatsApp messages through Twilio's REST API: it implements
// ports.Messenger, and an http.Handler for what Twilio reports of a message later.
//
// # At least once
//
// Twilio's Messages resource knows no idempotency key. Where the outcome of a send is in
// doubt, as its reply was lost, unreadable or a server error, the messages to that number
// are listed before it is sent again, and a message that is found there is not. The same is
// done before a message with a Key is sent at all, since the process that sent it first may
// have died before it noted so. While the list cannot be read, nothing is sent. So a message
// goes out a second time only where its first reply was lost and it cannot be found.
//
// A listed message is recognised by its sender, its text and by being no older than the
// Key, a UUIDv7, or than the call where there is no Key. Nothing else that we could add
// survives: a listed message has no status-callback address, no content variables and no
// metadata, and Indian rules (DLT) forbid to add a mark to the text. Two consequences:
//
//   - A content template must be registered with the very words of domain, or its messages
//     are not recognised and a lost reply sends them twice. The same holds on accounts where
//     Twilio redacts message bodies.
//   - Of two messages of the same words to the same number, the later may pass for the
//     earlier where the earlier was lost. The person has the text once.
//
// The list is not narrowed by DateSent, which a message that waits in Twilio's queue does
// not have yet, but by date_created here.
//
// # India
//
// The DLT rules want a registered sender (Config.SMSFrom takes its header) and registered
// words. Twilio compares the words with the templates that were registered through it and
// takes no template id with a message; where the words are kept as Twilio content instead,
// Config.SMSContents names it.
//
// The package logs nothing, and its errors hold neither numbers nor texts: Twilio's own
// error messages echo the number and are dropped for their code.
//
// It imports domain, ports, adapters/internal/httpcall and the standard library only.
package twilio
