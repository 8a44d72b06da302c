// Package privacy contains the use cases by which people see what is done with their data: the
// consent notice, the consents that they gave, and the audit trail of a property.
//
// The package imports domain and ports.
package privacy
