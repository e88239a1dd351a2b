package words

import (
	"strconv"
	"strings"
)

// Count returns a number with its noun: "1 file", "3 files", "2 policies".
func Count[N int | int64](n N, noun string) string {
	if n != 1 {
		noun = Plural(noun)
	}
	return strconv.FormatInt(int64(n), 10) + " " + noun
}

// CountOf is Count for words that agree in another way: CountOf(n, "id is",
// "ids are").
func CountOf[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(int64(n), 10) + " " + many
}

// Plural returns a noun in the plural.
func Plural(noun string) string {
	if stem, ok := strings.CutSuffix(noun, "y"); ok && stem != "" && !strings.ContainsRune("aeiou", rune(stem[len(stem)-1])) {
		return stem + "ies"
	}
	for _, sibilant := range []string{"s", "x", "z", "ch", "sh"} {
		if strings.HasSuffix(noun, sibilant) {
			return noun + "es"
		}
	}
	return noun + "s"
}
