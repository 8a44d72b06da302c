// Package plain calls the API with plain JSON, as a client of any release does. The SDK has the
// types of the present release only, so that it can neither use an earlier one nor show what
// became of an earlier client's requests.
//
// It imports domain, for the names of photo subjects, and app/demodata/drawnphoto.
package plain
