package memory

// table maps keys to values, which are copied in and copied out. A stored value is never
// changed in place, so code of this package may read it without a copy.
type table[K comparable, V any] struct {
	key     func(*V) K
	clone   func(V) V
	held    map[K]*V
	indexes []interface {
		insert(key K, value *V)
		remove(key K, value *V)
	}
}

func newTable[K comparable, V any](key func(*V) K) *table[K, V] {
	return &table[K, V]{key: key, clone: cloner[V](), held: make(map[K]*V)}
}

// get returns a copy.
func (t *table[K, V]) get(key K) (V, bool) {
	v, ok := t.held[key]
	if !ok {
		var none V
		return none, false
	}
	return t.clone(*v), true
}

// put stores a copy, and undoes that if the unit rolls back.
func (t *table[K, V]) put(u *unit, value V) {
	value = t.clone(value)
	key := t.key(&value)
	before, existed := t.held[key]
	t.set(key, &value)
	u.onRollback(func() {
		if existed {
			t.set(key, before)
		} else {
			t.unset(key)
		}
	})
}

// delete removes a value, and undoes that if the unit rolls back.
func (t *table[K, V]) delete(u *unit, key K) {
	before := t.held[key]
	t.unset(key)
	u.onRollback(func() { t.set(key, before) })
}

func (t *table[K, V]) set(key K, value *V) {
	t.unset(key)
	t.held[key] = value
	for _, ix := range t.indexes {
		ix.insert(key, value)
	}
}

func (t *table[K, V]) unset(key K) {
	before, ok := t.held[key]
	if !ok {
		return
	}
	delete(t.held, key)
	for _, ix := range t.indexes {
		ix.remove(key, before)
	}
}

// copies returns a copy of each value, in order.
func (t *table[K, V]) copies(values []*V) []V {
	fresh := make([]V, len(values))
	for i, v := range values {
		fresh[i] = t.clone(*v)
	}
	return fresh
}

// index finds the values of a table by something other than their key.
type index[I, K comparable, V any] struct {
	by   func(*V) (I, bool) // false if the value is not in the index
	held map[I]map[K]*V
}

func indexBy[I, K comparable, V any](t *table[K, V], by func(*V) (I, bool)) *index[I, K, V] {
	ix := &index[I, K, V]{by: by, held: make(map[I]map[K]*V)}
	t.indexes = append(t.indexes, ix)
	return ix
}

func (ix *index[I, K, V]) insert(key K, value *V) {
	at, ok := ix.by(value)
	if !ok {
		return
	}
	if ix.held[at] == nil {
		ix.held[at] = make(map[K]*V, 1)
	}
	ix.held[at][key] = value
}

func (ix *index[I, K, V]) remove(key K, value *V) {
	at, ok := ix.by(value)
	if !ok {
		return
	}
	delete(ix.held[at], key)
	if len(ix.held[at]) == 0 {
		delete(ix.held, at)
	}
}

// at returns the values indexed under at for which keep returns true, in no order and not
// copied.
func (ix *index[I, K, V]) at(at I, keep func(*V) bool) []*V {
	var values []*V
	for _, v := range ix.held[at] {
		if keep(v) {
			values = append(values, v)
		}
	}
	return values
}

// taken reports whether a value of any key other than except is indexed under at.
func (ix *index[I, K, V]) taken(at I, except K) bool {
	for key := range ix.held[at] {
		if key != except {
			return true
		}
	}
	return false
}

// all is a keep function that returns true for every value.
func all[V any](*V) bool { return true }
