package memory

import (
	"reflect"
	"time"
)

// deepen replaces, in an addressable value that was copied by assignment, everything that
// it still shares with the original. It is nil for types whose copies share nothing.
type deepen func(v reflect.Value)

// cloner returns a function that makes deep copies of T. It walks the type once, so that a
// copy touches nothing but the fields that hold pointers, slices or maps.
func cloner[T any]() func(T) T {
	deep := deepenerOf(reflect.TypeFor[T]())
	if deep == nil {
		return func(v T) T { return v }
	}
	return func(v T) T {
		deep(reflect.ValueOf(&v).Elem())
		return v
	}
}

func deepenerOf(t reflect.Type) deepen {
	switch t.Kind() {
	case reflect.Pointer:
		return deepenPointer(t)
	case reflect.Slice:
		return deepenSlice(t)
	case reflect.Map:
		return deepenMap(t)
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return nil // immutable, its location included
		}
		return deepenStruct(t)
	default:
		return nil
	}
}

func deepenPointer(t reflect.Type) deepen {
	deep := deepenerOf(t.Elem())
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		fresh := reflect.New(t.Elem())
		fresh.Elem().Set(v.Elem())
		if deep != nil {
			deep(fresh.Elem())
		}
		v.Set(fresh)
	}
}

func deepenSlice(t reflect.Type) deepen {
	deep := deepenerOf(t.Elem())
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		fresh := reflect.MakeSlice(t, v.Len(), v.Len())
		reflect.Copy(fresh, v)
		if deep != nil {
			for i := range fresh.Len() {
				deep(fresh.Index(i))
			}
		}
		v.Set(fresh)
	}
}

func deepenMap(t reflect.Type) deepen {
	deep := deepenerOf(t.Elem())
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		fresh := reflect.MakeMapWithSize(t, v.Len())
		for entries := v.MapRange(); entries.Next(); {
			value := reflect.New(t.Elem()).Elem()
			value.Set(entries.Value())
			if deep != nil {
				deep(value)
			}
			fresh.SetMapIndex(entries.Key(), value)
		}
		v.Set(fresh)
	}
}

func deepenStruct(t reflect.Type) deepen {
	type part struct {
		index int
		deep  deepen
	}
	var parts []part
	for i := range t.NumField() {
		if deep := deepenerOf(t.Field(i).Type); deep != nil {
			parts = append(parts, part{i, deep})
		}
	}
	if parts == nil {
		return nil
	}
	return func(v reflect.Value) {
		for _, p := range parts {
			p.deep(v.Field(p.index))
		}
	}
}
