package tests

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/explain"
)

const parity = "compositions/PARITY.md"

// features is how many the table has: none goes by itself.
const features = 35

// reasons begin what a row says that has no kind.
var reasons = []string{"Later", "On purpose", "Not a resource"}

// quoted is a word in backticks.
var quoted = regexp.MustCompile("`([^`]+)`")

func wordsOf(text string) []string {
	var all []string
	for _, found := range quoted.FindAllStringSubmatch(text, -1) {
		all = append(all, found[1])
	}
	return all
}

// What a word in backticks is, by how it is written. All else is a field of the
// environment.
var (
	aTest    = regexp.MustCompile(`^Test[A-Z]\w*$`)
	aKind    = regexp.MustCompile(`^[A-Z]\w*$`)
	aFile    = regexp.MustCompile(`^[^ ]+/[^ ]+$`)
	aCommand = regexp.MustCompile(`^dominoc (\w+)$`)
)

func matching(list []string, pattern *regexp.Regexp) []string {
	return slices.DeleteFunc(slices.Clone(list), func(word string) bool { return !pattern.MatchString(word) })
}

// kindsIn are the kinds among words.
func kindsIn(list []string) []string {
	return slices.DeleteFunc(matching(list, aKind), aTest.MatchString)
}

func parityText(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), filepath.FromSlash(parity)))
	require.NoError(t, err)
	return string(data)
}

// table are the rows between <!-- name --> and <!-- /name -->, cell by cell.
func table(t *testing.T, text, name string) [][]string {
	t.Helper()
	_, rest, opened := strings.Cut(text, "<!-- "+name+" -->\n")
	content, _, closed := strings.Cut(rest, "<!-- /"+name+" -->")
	require.True(t, opened && closed, "%s has no table %s", parity, name)
	var rows [][]string
	for line := range strings.Lines(content) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	require.Greater(t, len(rows), 2, name)
	return rows[2:] // without the heading and the line below it
}

func TestParityHasAKindOrAReasonForEveryFeature(t *testing.T) {
	rows, composed := table(t, parityText(t), "features"), composedKinds(t)
	require.Equal(t, features, len(rows), "%s: rows of the table of features", parity)
	seen := map[string]bool{}
	for _, row := range rows {
		require.Len(t, row, 4, row[0])
		feature, kinds, where, reason := row[0], kindsIn(wordsOf(row[1])), wordsOf(row[2]), row[3]
		require.False(t, seen[feature], "%s stands there twice", feature)
		seen[feature] = true
		require.NotEmpty(t, matching(where, aFile), "%s: where?", feature)
		if len(kinds) == 0 {
			given := slices.ContainsFunc(reasons, func(r string) bool { return strings.HasPrefix(reason, r) })
			require.True(t, given, "%s: no kind, so the last cell begins with one of %q", feature, reasons)
		}
		requireComposedBy(t, feature, kinds, kindsIn(where), composed)
	}
}

// requireComposedBy wants each kind to be composed by one of the components of
// its row, and each of these to compose one of the kinds.
func requireComposedBy(t *testing.T, feature string, kinds, components []string, composed map[string]map[string]bool) {
	t.Helper()
	useful := map[string]bool{}
	for _, kind := range kinds {
		by := slices.DeleteFunc(slices.Clone(components), func(c string) bool { return !composed[c][kind] })
		require.NotEmpty(t, by, "%s: none of %q composes a %s in the sample fleet", feature, components, kind)
		for _, component := range by {
			useful[component] = true
		}
	}
	for _, component := range components {
		require.True(t, useful[component], "%s: %s composes none of %q", feature, component, kinds)
	}
}

func TestParityNamesTheKindsThatTheSampleFleetComposesAndNoOther(t *testing.T) {
	want := map[string]bool{"DominoEnvironment": true} // which composes and is not composed
	for _, kinds := range composedKinds(t) {
		maps.Copy(want, kinds)
	}
	got := map[string]bool{}
	for _, kind := range kindsIn(wordsOf(parityText(t))) {
		got[kind] = true
	}
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
}

func TestWhatParityNamesIsThere(t *testing.T) {
	tests := testNames(t)
	help, err := exec.Command(dominoc(t), "--help").Output()
	require.NoError(t, err)
	for _, word := range wordsOf(parityText(t)) {
		switch {
		case aTest.MatchString(word):
			require.True(t, tests[word], "no test is called %s", word)
		case aKind.MatchString(word):
			continue
		case aFile.MatchString(word):
			_, err := os.Stat(filepath.Join(root(t), filepath.FromSlash(word)))
			require.NoError(t, err)
		case aCommand.MatchString(word):
			require.Contains(t, string(help), "\n  "+aCommand.FindStringSubmatch(word)[1]+" ")
		default:
			_, err := explain.Topic(word, nil)
			require.NoError(t, err)
		}
	}
}

func TestEveryDefectOfTheModulesHasItsPlace(t *testing.T) {
	for _, row := range table(t, parityText(t), "defects") {
		require.Len(t, row, 3, row[0])
		named := wordsOf(row[2])
		require.NotEmpty(t, named, row[0])
		require.Len(t, append(matching(named, aFile), matching(named, aTest)...), len(named), "%s: files and tests only", row[0])
	}
}

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)

// testNames are the tests of this module.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, p := range packages(t) {
		files, err := filepath.Glob(filepath.Join(p.Dir, "*_test.go"))
		require.NoError(t, err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, found := range testFunction.FindAllStringSubmatch(string(content), -1) {
				names[found[1]] = true
			}
		}
	}
	return names
}
