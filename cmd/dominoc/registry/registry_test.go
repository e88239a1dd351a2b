package registry

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// answers is a transport that answers everything.
type answers struct{}

func (answers) RoundTrip(*http.Request) (*http.Response, error) { return &http.Response{}, nil }

// The library under it tries plain HTTP with every private address, and
// credentials go with the request.
func TestPlainHTTPIsForThisMachineUnlessItIsAllowed(t *testing.T) {
	for url, allowed := range map[string]bool{
		"https://registry.example.com/v2/": true,
		"http://registry.example.com/v2/":  false,
		"http://registry.local/v2/":        false,
		"http://10.0.0.1:5000/v2/":         false,
		"http://192.168.0.1/v2/":           false,
		"http://localhost.example.com/v2/": false,
		"http://127.0.0.1.example.com/v2/": false,
		"http://localhost:5000/v2/":        true,
		"http://127.0.0.1:5000/v2/":        true,
		"http://[::1]:5000/v2/":            true,
	} {
		request, err := http.NewRequest(http.MethodGet, url, nil)
		require.NoError(t, err)
		_, err = overTLS{false, answers{}}.RoundTrip(request)
		if allowed {
			require.NoError(t, err, url)
		} else {
			require.ErrorIs(t, err, errPlainHTTP, url)
		}
		_, err = overTLS{true, answers{}}.RoundTrip(request)
		require.NoError(t, err, url)
	}
}
