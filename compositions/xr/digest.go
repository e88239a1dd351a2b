package xr

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// digest is a short hash of a value built of maps, lists, texts, numbers and
// booleans.
func digest(value any) string {
	sum := sha256.Sum256(appendValue(make([]byte, 0, 64<<10), value))
	return hex.EncodeToString(sum[:5])
}

// appendValue writes a value so that different values never read the same: each
// part with its kind and length.
func appendValue(to []byte, value any) []byte {
	switch v := value.(type) {
	case map[string]any:
		return appendMap(to, v)
	case patch:
		return appendMap(to, v)
	case []any:
		return appendList(to, v)
	case []patch:
		return appendList(to, v)
	case string:
		return appendPart(to, 's', v)
	case bool:
		return appendPart(to, 'b', strconv.FormatBool(v))
	case int:
		return appendPart(to, 'n', strconv.Itoa(v))
	case float64:
		return appendPart(to, 'n', strconv.FormatFloat(v, 'g', -1, 64))
	case nil:
		return appendPart(to, '0', "")
	}
	panic("a composition is made of plain data")
}

func appendMap(to []byte, m map[string]any) []byte {
	to = appendPart(to, 'm', strconv.Itoa(len(m)))
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		to = appendValue(appendPart(to, 'k', key), m[key])
	}
	return to
}

func appendList[T any](to []byte, list []T) []byte {
	to = appendPart(to, 'l', strconv.Itoa(len(list)))
	for _, element := range list {
		to = appendValue(to, element)
	}
	return to
}

func appendPart(to []byte, kind byte, text string) []byte {
	to = strconv.AppendInt(append(to, kind), int64(len(text)), 10)
	return append(append(to, ':'), text...)
}
