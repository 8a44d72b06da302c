package servers_test

import (
	"bufio"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

// echo answers every line with itself.
func echo(t *testing.T) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				for lines := bufio.NewReader(connection); ; {
					line, err := lines.ReadString('\n')
					if err != nil {
						return
					}
					_, _ = connection.Write([]byte(line))
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// ask sends a line and awaits it.
func ask(t *testing.T, connection net.Conn, line string, patience time.Duration) error {
	t.Helper()
	if _, err := connection.Write([]byte(line + "\n")); err != nil {
		return err
	}
	_ = connection.SetReadDeadline(time.Now().Add(patience))
	return hear(t, connection, line)
}

func hear(t *testing.T, connection net.Conn, line string) error {
	t.Helper()
	got, err := bufio.NewReader(connection).ReadString('\n')
	if err == nil {
		require.Equal(t, line+"\n", got)
	}
	return err
}

func TestProxyBreaksTheWay(t *testing.T) {
	t.Parallel()
	proxy := servers.NewProxy(t, echo(t))
	dial := func() net.Conn {
		connection, err := net.Dial("tcp", proxy.Addr())
		require.NoError(t, err)
		t.Cleanup(func() { connection.Close() })
		return connection
	}
	first := dial()
	require.NoError(t, ask(t, first, "hello", time.Minute))

	proxy.Stall()
	require.ErrorContains(t, ask(t, first, "held up", 50*time.Millisecond), "timeout")
	second := dial()
	require.ErrorContains(t, ask(t, second, "held up too", 50*time.Millisecond), "timeout")
	proxy.Heal()
	_ = first.SetReadDeadline(time.Now().Add(time.Minute))
	require.NoError(t, hear(t, first, "held up"))

	proxy.Cut()
	require.Error(t, hear(t, first, "nothing"))
	require.Error(t, ask(t, dial(), "refused", time.Minute))
	proxy.Heal()
	require.NoError(t, ask(t, dial(), "again", time.Minute))
}

func TestProxyOfNothingRefuses(t *testing.T) {
	t.Parallel()
	proxy := servers.NewProxy(t, servers.Address(t))
	connection, err := net.Dial("tcp", proxy.Addr())
	require.NoError(t, err)
	defer connection.Close()
	require.Error(t, ask(t, connection, "hello", time.Minute))
}
