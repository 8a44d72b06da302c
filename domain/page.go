package domain

// Page asks for one page of a list: at most Limit items after the cursor.
type Page struct {
	Limit  int    // 1…100
	Cursor Cursor // zero for the first page
}

// Cursor is a place in a list: the sort key of the last item seen, and its id because items may
// have the same key.
type Cursor struct {
	Key string
	ID  string
}

// List is one page of items. Next is zero on the last page.
type List[T any] struct {
	Items []T
	Next  Cursor
}
