// Package system implements ports.Clock, ports.IDs and ports.Entropy with the clock and the
// randomness of the machine.
//
// It imports ports and google/uuid only.
package system
