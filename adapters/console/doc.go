// Package console is the messenger for development, and for texts that are meant for the
// operators' log, such as the daily digest: it implements ports.Messenger by a line in the
// log.
//
// The line names the channel, the template and the masked number. It holds the text only of
// messages for domain.ChannelConsole, which are written to be read there. Those for people's
// phones stay unsaid: a log is no place for one-time passwords.
//
// It imports domain, ports and the standard library only.
package console
