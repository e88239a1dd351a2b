//go:build renew

package catalog

// With the tag renew, which nothing but this sets, go generate reads the sources of
// the tables anew: go generate -tags renew ./schema/catalog. It needs the network.

//go:generate go run ./renew -data data all
