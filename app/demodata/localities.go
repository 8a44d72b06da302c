package demodata

import "github.com/propflow/propflow/domain"

// locality is a neighbourhood and the price of its flats.
type locality struct {
	name    string
	pincode string
	centre  domain.Point
	perSqFt float64 // ₹ per built-up square foot of a new flat of 1,200 sq ft, today
}

// city is a city, with the code of its state in registry numbers and the growth of its prices.
type city struct {
	name       string
	state      string
	growth     float64 // per year
	localities []locality
}

// cities contains asking prices that portals quoted around 2025, rounded.
var cities = []city{
	{"Bengaluru", "KA", 0.09, []locality{
		{"Indiranagar", "560038", domain.Point{Lat: 12.9719, Lng: 77.6412}, 15_500},
		{"Koramangala", "560034", domain.Point{Lat: 12.9352, Lng: 77.6245}, 15_000},
		{"HSR Layout", "560102", domain.Point{Lat: 12.9116, Lng: 77.6389}, 12_500},
		{"Jayanagar", "560041", domain.Point{Lat: 12.9299, Lng: 77.5824}, 13_500},
		{"Malleshwaram", "560003", domain.Point{Lat: 13.0031, Lng: 77.5643}, 14_500},
		{"Hebbal", "560024", domain.Point{Lat: 13.0358, Lng: 77.5970}, 10_800},
		{"Whitefield", "560066", domain.Point{Lat: 12.9698, Lng: 77.7500}, 9_800},
		{"Electronic City", "560100", domain.Point{Lat: 12.8452, Lng: 77.6602}, 7_200},
	}},
	{"Pune", "MH", 0.07, []locality{
		{"Koregaon Park", "411001", domain.Point{Lat: 18.5362, Lng: 73.8939}, 14_000},
		{"Kothrud", "411038", domain.Point{Lat: 18.5074, Lng: 73.8077}, 11_500},
		{"Aundh", "411007", domain.Point{Lat: 18.5580, Lng: 73.8075}, 11_200},
		{"Viman Nagar", "411014", domain.Point{Lat: 18.5679, Lng: 73.9143}, 11_000},
		{"Baner", "411045", domain.Point{Lat: 18.5590, Lng: 73.7868}, 10_200},
		{"Hadapsar", "411028", domain.Point{Lat: 18.5089, Lng: 73.9260}, 8_600},
		{"Wakad", "411057", domain.Point{Lat: 18.5987, Lng: 73.7688}, 8_200},
		{"Pimpri", "411018", domain.Point{Lat: 18.6279, Lng: 73.8009}, 7_400},
	}},
	{"Mumbai", "MH", 0.05, []locality{
		{"Worli", "400018", domain.Point{Lat: 19.0120, Lng: 72.8220}, 50_000},
		{"Bandra West", "400050", domain.Point{Lat: 19.0596, Lng: 72.8330}, 46_000},
		{"Andheri West", "400053", domain.Point{Lat: 19.1364, Lng: 72.8320}, 27_500},
		{"Powai", "400076", domain.Point{Lat: 19.1176, Lng: 72.9060}, 24_500},
		{"Chembur", "400071", domain.Point{Lat: 19.0522, Lng: 72.9005}, 22_500},
		{"Borivali West", "400092", domain.Point{Lat: 19.2307, Lng: 72.8500}, 20_500},
		{"Vashi", "400703", domain.Point{Lat: 19.0771, Lng: 72.9986}, 16_500},
		{"Thane West", "400601", domain.Point{Lat: 19.2000, Lng: 72.9720}, 14_500},
	}},
	{"Delhi", "DL", 0.08, []locality{
		{"Greater Kailash", "110048", domain.Point{Lat: 28.5482, Lng: 77.2380}, 24_000},
		{"Vasant Kunj", "110070", domain.Point{Lat: 28.5293, Lng: 77.1538}, 16_500},
		{"Saket", "110017", domain.Point{Lat: 28.5245, Lng: 77.2066}, 16_000},
		{"Lajpat Nagar", "110024", domain.Point{Lat: 28.5677, Lng: 77.2433}, 15_500},
		{"Janakpuri", "110058", domain.Point{Lat: 28.6219, Lng: 77.0878}, 12_500},
		{"Mayur Vihar", "110091", domain.Point{Lat: 28.6088, Lng: 77.2930}, 11_800},
		{"Rohini", "110085", domain.Point{Lat: 28.7041, Lng: 77.1025}, 11_500},
		{"Dwarka", "110075", domain.Point{Lat: 28.5921, Lng: 77.0460}, 10_500},
	}},
	{"Hyderabad", "TG", 0.10, []locality{
		{"Jubilee Hills", "500033", domain.Point{Lat: 17.4325, Lng: 78.4070}, 14_500},
		{"Banjara Hills", "500034", domain.Point{Lat: 17.4156, Lng: 78.4347}, 13_500},
		{"Madhapur", "500081", domain.Point{Lat: 17.4486, Lng: 78.3908}, 10_200},
		{"Gachibowli", "500032", domain.Point{Lat: 17.4401, Lng: 78.3489}, 9_500},
		{"Kondapur", "500084", domain.Point{Lat: 17.4698, Lng: 78.3578}, 8_800},
		{"Secunderabad", "500003", domain.Point{Lat: 17.4399, Lng: 78.4983}, 8_200},
		{"Kukatpally", "500072", domain.Point{Lat: 17.4948, Lng: 78.3996}, 7_600},
		{"Uppal", "500039", domain.Point{Lat: 17.4058, Lng: 78.5591}, 6_200},
	}},
	{"Chennai", "TN", 0.06, []locality{
		{"T. Nagar", "600017", domain.Point{Lat: 13.0418, Lng: 80.2341}, 17_500},
		{"Adyar", "600020", domain.Point{Lat: 13.0067, Lng: 80.2571}, 15_500},
		{"Anna Nagar", "600040", domain.Point{Lat: 13.0850, Lng: 80.2101}, 14_000},
		{"Velachery", "600042", domain.Point{Lat: 12.9815, Lng: 80.2180}, 9_800},
		{"Porur", "600116", domain.Point{Lat: 13.0382, Lng: 80.1565}, 7_800},
		{"Sholinganallur", "600119", domain.Point{Lat: 12.9010, Lng: 80.2279}, 7_200},
		{"Tambaram", "600045", domain.Point{Lat: 12.9249, Lng: 80.1200}, 6_200},
		{"Perambur", "600011", domain.Point{Lat: 13.1143, Lng: 80.2329}, 8_400},
	}},
}

// kind describes how sales of one type of property differ from a locality's flats.
type kind struct {
	property domain.PropertyType
	number   int     // of sales per locality
	premium  float64 // factor of the price per square foot relative to a flat's
	// least and most bound the area in square feet.
	least, most int
	// perBedroom is the area per bedroom; 0 means no bedrooms.
	perBedroom int
}

var kinds = []kind{
	{domain.Apartment, 22, 1, 550, 2800, 480},
	{domain.House, 7, 1.15, 900, 3400, 700},
	{domain.Villa, 4, 1.3, 1800, 4600, 850},
	{domain.Commercial, 4, 1.5, 300, 4500, 0},
	{domain.Land, 5, 0.75, 600, 6000, 0},
}
