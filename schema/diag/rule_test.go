package diag

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSARIFCarriesWhatACodeMeans(t *testing.T) {
	means := func(code string) (Rule, bool) {
		return Rule{Code: code, Means: "It means this.", Example: "a: 1", Mend: "write 2"}, code == "single-nat"
	}
	var out bytes.Buffer
	require.NoError(t, Print(&out, sample(), SARIF, Options{Explain: means}))
	require.Contains(t, out.String(), `"helpUri": "https://github.com/dominoc/dominoc/blob/main/DIAGNOSTICS.md#single-nat"`)
	require.Contains(t, out.String(), `"text": "It means this.\n\nFor example: a: 1\n\nTo mend it: write 2"`)
	require.Equal(t, 1, bytes.Count(out.Bytes(), []byte("helpUri")), "of the others nothing is known")
}
