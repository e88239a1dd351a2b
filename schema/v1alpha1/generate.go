package v1alpha1

//go:generate go tool cue exp gengotypes .
//go:generate go run ../generate
