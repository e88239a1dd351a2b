package resource

// Optional is the value of a field that may be left out: nil for none.
func Optional[T comparable](value T) *T {
	var none T
	if value == none {
		return nil
	}
	return &value
}

// Number is a number as the provider's fields hold it. Exact below 2^53.
func Number(n int64) *float64 {
	return new(float64(n))
}

// OptionalNumber is Number for a field that may be left out: nil for 0.
func OptionalNumber(n int64) *float64 {
	if n == 0 {
		return nil
	}
	return Number(n)
}

// Texts is a list as the provider's fields hold it.
func Texts(list []string) []*string {
	var texts []*string
	for _, text := range list {
		texts = append(texts, &text)
	}
	return texts
}

// TextMap is a map as the provider's fields hold it.
func TextMap(m map[string]string) map[string]*string {
	texts := make(map[string]*string, len(m))
	for key, text := range m {
		texts[key] = &text
	}
	return texts
}
