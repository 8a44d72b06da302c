// Package vision recognises what photos show through Google Cloud Vision's REST API
// (images:annotate): it implements ports.ImageAnalyzer, and Off is the one for a deployment
// without a key.
//
// Google gets the display derivative, which has no metadata, and asks for labels, safe
// search and text. It answers with nothing but what is used: the fields parameter keeps the
// place of every single letter out of the reply. The key travels in a header, as URLs are
// logged on the way.
//
// # Unsafe
//
// A photo is unsafe where Google finds adult content or violence LIKELY or VERY_LIKELY, or
// racy content VERY_LIKELY. Racy has the higher bar since it covers swimwear: a poster in a
// bedroom or a pool is LIKELY without harm, and an unsafe photo fails at once. Spoof and
// medical say nothing about a property.
//
// # Failures
//
// What may pass, a lost connection, 429, 5xx or such an error for the one image, is tried
// again, then KindUnavailable. What only an operator can mend, a wrong key, a refused
// project or an endpoint that is none, is KindUnavailable at once. An image that Google
// cannot read or finds too large is not analysed (Done is false) rather than an error: no
// later try would end differently, our own decoder has read the whole photo, and the owner
// must not lose it over the vendor's.
//
// The package logs nothing, and its errors hold neither the key nor anything of the picture.
//
// It imports domain, ports, adapters/internal/httpcall and the standard library only.
package vision
