package ports

import (
	"context"
	"net/netip"
)

type clientKey struct{}

// WithClient returns a context of a request from this address.
func WithClient(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, clientKey{}, NetworkOf(address))
}

// ClientOf returns the network of the client on whose behalf the context acts: its IPv4 address, or
// the /64 of its IPv6 address because a client may use any address of that. It is empty outside of
// requests.
func ClientOf(ctx context.Context) string {
	network, _ := ctx.Value(clientKey{}).(string)
	return network
}

// NetworkOf returns the network of an address, the address itself if it is none.
func NetworkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return network.String()
}
