package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileThatIsNotWholeIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ content, problem string }{
		"empty":                 {"", "x.csv: no header"},
		"a comment only":        {"# source: here\n", "x.csv: no header"},
		"a row that is short":   {"a,b\n1,2\n3\n4,5\n", "x.csv: record on line 3: wrong number of fields"},
		"a quote in a bare one": {"a,b\n1,2\n3,4\"\n5,6\n", "x.csv: parse error on line 3, column 4: bare \" in non-quoted-field"},
	} {
		t.Run(name, func(t *testing.T) {
			require.PanicsWithValue(t, c.problem, func() { read("x.csv", c.content, func(row) {}) })
		})
	}
}

func TestEveryRowIsHandedOn(t *testing.T) {
	var seen []string
	read("x.csv", "# source: here\na,b\n1,2\n3,4\n", func(r row) { seen = append(seen, r.text("a")+r.text("b")) })
	require.Equal(t, []string{"12", "34"}, seen)
}

func TestOnlyAnEmptyDefaultIsUnconfirmed(t *testing.T) {
	cell := func(text string) row { return row{"x.csv", map[string]int{"default": 0}, []string{text}} }
	require.EqualValues(t, Unconfirmed, defaultOf(cell("")))
	require.EqualValues(t, 500, defaultOf(cell("500")))
	for _, text := range []string{"5,000", "50O", "-", "1.5"} {
		require.Panics(t, func() { defaultOf(cell(text)) }, text)
	}
}

func TestAFamilyCountsAgainstOneQuota(t *testing.T) {
	codes := map[[2]string]string{}
	for _, q := range Quotas() {
		for _, family := range q.Families {
			of := [2]string{q.CapacityType, family}
			require.Empty(t, codes[of], "%v counts against %s too", of, q.Code)
			codes[of] = q.Code
		}
	}
	require.NotEmpty(t, codes)
	require.Equal(t, codes, vcpuQuotas())
}
