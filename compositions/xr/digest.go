package xr

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strconv"
)

// digest is a short hash of a value built of maps, lists, texts, numbers and
// booleans.
func digest(value any) string {
	w := hashing{hash: sha256.New(), buf: make([]byte, 0, hashed)}
	w.value(value)
	w.hash.Write(w.buf)
	return hex.EncodeToString(w.hash.Sum(nil)[:5])
}

// hashed is how much is given to the hash at once, in bytes.
const hashed = 4 << 10

// hashing writes values to a hash so that different values never read the same: each
// part with its kind and length.
type hashing struct {
	hash hash.Hash
	buf  []byte
	keys []string // of the maps on the way to what is written, a stack
}

func (w *hashing) value(value any) {
	switch v := value.(type) {
	case map[string]any:
		w.part('m', strconv.Itoa(len(v)))
		first := len(w.keys)
		w.keys = slices.AppendSeq(w.keys, maps.Keys(v))
		last := len(w.keys)
		slices.Sort(w.keys[first:last])
		for i := first; i < last; i++ {
			key := w.keys[i]
			w.part('k', key)
			w.value(v[key])
		}
		w.keys = w.keys[:first]
	case []any:
		list(w, v)
	case []patch:
		list(w, v)
	case string:
		w.part('s', v)
	case bool:
		w.part('b', strconv.FormatBool(v))
	case int:
		w.part('n', strconv.Itoa(v))
	case float64:
		w.part('n', strconv.FormatFloat(v, 'g', -1, 64))
	case nil:
		w.part('0', "")
	default:
		panic("a composition is made of plain data")
	}
}

func list[T any](w *hashing, elements []T) {
	w.part('l', strconv.Itoa(len(elements)))
	for _, element := range elements {
		w.value(element)
	}
}

func (w *hashing) part(kind byte, text string) {
	w.buf = strconv.AppendInt(append(w.buf, kind), int64(len(text)), 10)
	w.buf = append(append(w.buf, ':'), text...)
	if len(w.buf) >= hashed/2 {
		w.hash.Write(w.buf)
		w.buf = w.buf[:0]
	}
}
