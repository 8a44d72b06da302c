package ports

import "context"

type clientKey struct{}

// WithClient returns a context that acts for a client at the network address.
func WithClient(ctx context.Context, network string) context.Context {
	return context.WithValue(ctx, clientKey{}, network)
}

// ClientOf returns the network of the client for which the context acts: an IPv4 address or the
// /64 of an IPv6 address, because one household has all addresses of its /64. It returns ""
// outside of a request.
func ClientOf(ctx context.Context) string {
	network, _ := ctx.Value(clientKey{}).(string)
	return network
}
