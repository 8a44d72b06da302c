// Package phone reads phone numbers as people write them: it implements ports.PhoneNumbers
// with Google's metadata of the Indian numbering plan.
//
// It imports domain, ports and nyaruka/phonenumbers only.
package phone
