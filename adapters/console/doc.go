// Package console implements ports.Messenger by writing lines to the log. It is for development,
// and for messages that are meant for the operators' log, such as the daily digest.
//
// A line has the channel, the template and the masked address. On every channel it includes the
// text of domain.TemplateDigest only, because that consists of figures. No other text belongs in
// a log, and a one-time password least of all.
//
// It imports domain, ports and the standard library only.
package console
