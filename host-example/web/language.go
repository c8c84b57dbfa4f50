package web

import (
	"net/http"
	"slices"

	"golang.org/x/text/language"
)

// Language is a language of the pages, as the lang attribute of HTML has it.
type Language string

// The languages of the pages.
const (
	English            Language = "en"
	Thai               Language = "th"
	SimplifiedChinese  Language = "zh-Hans"
	TraditionalChinese Language = "zh-Hant"
)

// Languages returns all of them. The first is for whoever reads none of the others.
func Languages() []Language {
	return []Language{English, Thai, SimplifiedChinese, TraditionalChinese}
}

// Name returns what a language is called by those who read it.
func (l Language) Name() string {
	switch l {
	case Thai:
		return "ไทย"
	case SimplifiedChinese:
		return "简体中文"
	case TraditionalChinese:
		return "繁體中文"
	case English:
		return "English"
	default:
		return string(l)
	}
}

// languageCookie remembers a language that somebody has chosen. It names nobody.
const languageCookie = "lang"

// languageParameter is the parameter of a URL by which one is chosen.
const languageParameter = "lang"

// LanguageOf returns the language in which a request is to be answered: the one that is
// chosen in its URL, the one that was chosen before, or the best of those that the browser
// asks for.
func LanguageOf(r *http.Request) Language {
	if l := Language(r.URL.Query().Get(languageParameter)); l.isKnown() {
		return l
	}
	if cookie, err := r.Cookie(languageCookie); err == nil && Language(cookie.Value).isKnown() {
		return Language(cookie.Value)
	}
	all := Languages()
	tags := make([]language.Tag, len(all))
	for i, l := range all {
		tags[i] = language.Make(string(l))
	}
	_, index := language.MatchStrings(language.NewMatcher(tags), r.Header.Get("Accept-Language"))
	return all[index]
}

// remember keeps a language that was chosen in the URL for the pages to come.
func remember(w http.ResponseWriter, r *http.Request) {
	chosen := Language(r.URL.Query().Get(languageParameter))
	if !chosen.isKnown() {
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // It says which language, which is no secret, and is to work without TLS as well.
		Name: languageCookie, Value: string(chosen), Path: "/", MaxAge: 365 * 24 * 60 * 60, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (l Language) isKnown() bool { return slices.Contains(Languages(), l) }
