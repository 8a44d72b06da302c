// Package vision recognises what photos show through Google Cloud Vision's REST API
// (images:annotate): it implements ports.ImageAnalyzer, and Off is the one for a deployment
// without a key.
//
// Google gets the display derivative, which has no metadata, and is asked for labels, safe
// search and text. The fields parameter limits the reply to what is used; otherwise it would
// contain the position of every letter. The key is sent in a header, because URLs are logged
// on the way.
//
// # Unsafe
//
// A photo is unsafe if Google finds adult content or violence LIKELY or VERY_LIKELY, or racy
// content VERY_LIKELY. Racy has the higher threshold because it covers swimwear: a poster in
// a bedroom or a pool is LIKELY without harm, and an unsafe photo fails at once. Spoof and
// medical are ignored, because they do not matter for a property.
//
// # Failures
//
// A failure that may pass (a lost connection, 429, 5xx or a similar error for the one image)
// is tried again, then KindUnavailable. A failure that only an operator can fix (a wrong key,
// a refused project or a wrong endpoint) is KindUnavailable at once. An image that Google
// cannot read or finds too large is no error, but not analysed (Done is false): no later try
// would end differently, our own decoder has read the whole photo, and the owner must not
// lose it because of the vendor's decoder.
//
// The package logs nothing, and its errors contain neither the key nor any part of the picture.
//
// It imports domain, ports, adapters/internal/httpcall and the standard library only.
package vision
