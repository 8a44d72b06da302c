// Package privacy holds the use cases by which people see what becomes of their data: the
// consent notice and the consents given, and the audit trail of a property.
//
// It imports domain and ports.
package privacy
