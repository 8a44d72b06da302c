package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheLedgerFindsWhatIsMissingChangedOrDoneTwice(t *testing.T) {
	t.Parallel()
	l := newLedger()
	_, next := l.writes()
	l.write(fact{"p", "area", "", "1000"}, fact{"p", "action", "property.created", "u"})
	<-next
	l.replace("p", "area", "")
	l.write(fact{"p", "area", "", "1001"}, fact{"p", "action", "property.edited", "u"})
	l.write(fact{"q", "action", "property.created", "u"})
	l.forget("q")
	n, _ := l.writes()
	assert.Equal(t, 4, n)
	world := func() map[fact]int {
		return map[fact]int{
			{"p", "area", "", "1001"}: 1, {"p", "action", "property.created", "u"}: 1, {"p", "action", "property.edited", "u"}: 1,
			{"p", "state", "", "DRAFT"}: 1, // not acknowledged, but of no exclusive kind: no fault
		}
	}
	assert.Empty(t, l.compare(world()))
	for name, tt := range map[string]struct {
		plant func(map[fact]int)
		want  string
	}{
		"missing":            {func(w map[fact]int) { delete(w, fact{"p", "action", "property.edited", "u"}) }, "acknowledged 1 times, there 0 times"},
		"changed":            {func(w map[fact]int) { delete(w, fact{"p", "area", "", "1001"}); w[fact{"p", "area", "", "7"}]++ }, "(instead: 7)"},
		"done twice":         {func(w map[fact]int) { w[fact{"p", "action", "property.edited", "u"}]++ }, "there 2 times, acknowledged 1 times"},
		"asked by nobody":    {func(w map[fact]int) { w[fact{"p", "photo", "x", "sum"}]++ }, "there 1 times, acknowledged 0 times"},
		"back from the dead": {func(w map[fact]int) { w[fact{"q", "action", "property.created", "u"}]++ }, "there 1 times, acknowledged 0 times"},
	} {
		observed := world()
		tt.plant(observed)
		found := l.compare(observed)
		assert.Len(t, found, 1, name)
		assert.Contains(t, found[0], tt.want, name)
	}
}
