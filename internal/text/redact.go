package text

import (
	"slices"
	"strings"
	"sync"
)

// Redacted is what a secret is replaced by.
const Redacted = "[redacted]"

// least is how many bytes of a secret are one: with fewer, a text would be full
// of them by chance.
const least = 4

// Redactor redacts secrets in texts, and finds them, in all the forms in which
// programs write them: as they are, in base64, in hex, as part of a URL or of
// JSON, as the user or password of HTTP's basic authentication, and without
// their beginning. A list is so many secrets, and so are the lines of a text
// such as a private key's. Redact also redacts parts of these forms, of twelve
// bytes or more.
//
// The zero value knows none. It may be used by many goroutines at once.
type Redactor struct {
	mu sync.RWMutex

	// A function, because fmt prints the unexported fields of a struct without calling
	// their methods, and follows pointers for a verb that does not suit them.
	secrets func() *secrets
}

// secrets are what a Redactor knows. The zero value knows none.
type secrets struct {
	known  map[string]bool
	begins [256]bool         // first bytes of forms
	forms  map[uint32][]form // by their first bytes
	pieces pieces
	inside map[uint32]struct{} // all bytes of forms that a form can be cut before
}

// get returns what the redactor knows. The lock is held.
func (r *Redactor) get() *secrets {
	if r.secrets == nil {
		return &none
	}
	return r.secrets()
}

var none secrets

// form is a way to write a secret.
type form struct{ text, secret string }

// Add takes a secret, which may be a list with commas. Items of fewer bytes than
// shortest are left out, since they would be found everywhere; so are those of
// fewer than four.
func (r *Redactor) Add(secret string, shortest int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.secrets == nil {
		all := &secrets{known: map[string]bool{}, forms: map[uint32][]form{}, pieces: pieces{}, inside: map[uint32]struct{}{}}
		r.secrets = func() *secrets { return all }
	}
	for item := range strings.SplitSeq(secret, ",") {
		r.get().add(item, shortest)
		if strings.ContainsAny(strings.TrimSpace(item), "\r\n") {
			for line := range strings.Lines(item) {
				r.get().add(line, shortest)
			}
		}
	}
}

// add takes one secret.
func (s *secrets) add(secret string, shortest int) {
	secret = strings.TrimSpace(secret)
	if len(secret) < max(shortest, least) || s.known[secret] {
		return
	}
	s.known[secret] = true
	for _, text := range forms(secret) {
		s.begins[text[0]] = true
		s.forms[first(text)] = append(s.forms[first(text)], form{text: text, secret: secret})
		s.pieces.add(text)
		for i := 0; i+least <= len(text); i++ {
			s.inside[first(text[i:])] = struct{}{}
		}
	}
}

// Find returns the secret that the text holds first, in any form, and false if
// it holds none.
func (r *Redactor) Find(text string) (secret string, found bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for i := 0; i+least <= len(text); i++ {
		if match := r.get().at(text[i:]); match.text != "" {
			return match.secret, true
		}
	}
	return "", false
}

// FindPart returns a part of a secret that the text holds, of twelve bytes or more
// in any form, and the secret.
func (r *Redactor) FindPart(text string) (secret, part string, found bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, span := range r.get().pieces.spans(text) {
		for at := span.begin; at+minPart <= span.end; at++ {
			if secret := r.get().having(text[at : at+minPart]); secret != "" {
				return secret, text[at : at+minPart], true
			}
		}
	}
	return "", "", false
}

// having returns the secret that has a form with the part in it; empty if the pieces of
// the part are of several.
func (s *secrets) having(part string) string {
	for _, bucket := range s.forms {
		for _, candidate := range bucket {
			if strings.Contains(candidate.text, part) {
				return candidate.secret
			}
		}
	}
	return ""
}

// Redact returns the text with every secret replaced, and every part of one.
func (r *Redactor) Redact(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return strike(text, r.get().spans(text))
}

// RedactFragment redacts every secret in a part of a text, and at its ends also
// what may be a part of one: the end or the beginning of a secret, of four
// bytes or more.
func (r *Redactor) RedactFragment(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	spans := r.get().spans(text)
	if end := r.get().endBefore(text); end > 0 {
		spans = append(spans, span{0, end})
	}
	if begin := r.get().beginOf(text); begin < len(text) {
		spans = append(spans, span{begin, len(text)})
	}
	return strike(text, spans)
}

// span is a part of a text.
type span struct{ begin, end int }

// spans returns where forms of secrets and parts of them are. One may begin in
// another, and go on after its end.
func (s *secrets) spans(text string) []span {
	spans := s.pieces.spans(text)
	for i := 0; i+least <= len(text); i++ {
		if match := s.at(text[i:]); match.text != "" {
			spans = append(spans, span{i, i + len(match.text)})
		}
	}
	return spans
}

// at returns the longest form with which the text begins; none if it is empty.
func (s *secrets) at(text string) (longest form) {
	if len(text) < least || !s.begins[text[0]] {
		return form{}
	}
	for _, candidate := range s.forms[first(text)] {
		if len(candidate.text) > len(longest.text) && strings.HasPrefix(text, candidate.text) {
			longest = candidate
		}
	}
	return longest
}

// beginOf returns where the text ends with the beginning of a form; the end of
// the text if it does not.
func (s *secrets) beginOf(text string) int {
	for i := 0; i+least <= len(text); i++ {
		if !s.begins[text[i]] {
			continue
		}
		for _, candidate := range s.forms[first(text[i:])] {
			if strings.HasPrefix(candidate.text, text[i:]) {
				return i
			}
		}
	}
	return len(text)
}

// endBefore returns where the end of a form ends with which the text begins; 0
// if it does not.
func (s *secrets) endBefore(text string) int {
	if len(text) < least {
		return 0
	}
	if _, ok := s.inside[first(text)]; !ok {
		return 0
	}
	longest := 0
	for _, bucket := range s.forms {
		for _, candidate := range bucket {
			for n := min(len(candidate.text), len(text)); n > longest && n >= least; n-- {
				if strings.HasPrefix(text, candidate.text[len(candidate.text)-n:]) {
					longest = n
				}
			}
		}
	}
	return longest
}

// strike puts Redacted in the place of the spans, and of those that overlap
// once.
func strike(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	slices.SortFunc(spans, func(a, b span) int { return a.begin - b.begin })
	var b strings.Builder
	done := 0
	for i := 0; i < len(spans); {
		begin, end := spans[i].begin, spans[i].end
		for i++; i < len(spans) && spans[i].begin < end; i++ {
			end = max(end, spans[i].end)
		}
		b.WriteString(text[done:begin])
		b.WriteString(Redacted)
		done = end
	}
	b.WriteString(text[done:])
	return b.String()
}

// first returns the first bytes of a text, which has so many, as a key.
func first(text string) uint32 {
	return uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
}
