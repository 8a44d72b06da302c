// Package console is the messenger for development, and for texts that are meant for the
// operators' log, such as the daily digest: it implements ports.Messenger by a line in the
// log.
//
// The line names the channel, the template and the masked address. It has the text only of
// domain.TemplateDigest, which is figures alone, whatever the channel: no other text belongs in a
// log, and a one-time password least of all.
//
// It imports domain, ports and the standard library only.
package console
