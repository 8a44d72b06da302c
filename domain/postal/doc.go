// Package postal knows the states of India by their many spellings, and where in the country a
// pincode is: the state and district of its post offices, their median position and how far they
// are spread. It imports nothing but the standard library, so that domain can ask it.
//
// The directory (pincodes.txt, districts.txt) is written by the program in the folder derive from
// the All India Pincode Directory of India Post; Attribution is what its licence asks for.
package postal
