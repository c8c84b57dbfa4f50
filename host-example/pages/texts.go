package pages

import "github.com/paysocket/paysocket/host-example/web"

// texts returns the texts of the pages. The languages have a file each.
func texts() web.Texts { return allTexts }

var allTexts = web.Texts{
	web.English: english(), web.Thai: thai(), web.SimplifiedChinese: simplified(), web.TraditionalChinese: traditional(),
}
