package web

import (
	"strings"

	"github.com/paysocket/paysocket/contract"
)

// currencyNames has what currencies are called where that is written after the number. A
// symbol would be shorter, and many currencies share one.
var currencyNames = map[Language]map[string]string{
	Thai: {
		"AUD": "ดอลลาร์ออสเตรเลีย", "CNY": "หยวน", "EUR": "ยูโร", "GBP": "ปอนด์", "HKD": "ดอลลาร์ฮ่องกง", "JPY": "เยน",
		"MYR": "ริงกิต", "SGD": "ดอลลาร์สิงคโปร์", "THB": "บาท", "TWD": "ดอลลาร์ไต้หวัน", "USD": "ดอลลาร์สหรัฐ",
	},
	SimplifiedChinese: {
		"AUD": "澳元", "CNY": "人民币元", "EUR": "欧元", "GBP": "英镑", "HKD": "港元", "JPY": "日元",
		"MYR": "林吉特", "SGD": "新加坡元", "THB": "泰铢", "TWD": "新台币元", "USD": "美元",
	},
	TraditionalChinese: {
		"AUD": "澳元", "CNY": "人民幣元", "EUR": "歐元", "GBP": "英鎊", "HKD": "港元", "JPY": "日圓",
		"MYR": "令吉", "SGD": "新加坡元", "THB": "泰銖", "TWD": "新台幣元", "USD": "美元",
	},
}

// Amount returns an amount as people write it, with as many digits after the point as its
// currency has: THB 1,234.50 is "1,234.50 บาท" in Thai.
func (l Language) Amount(m contract.Money) string {
	if m.IsZero() {
		return "–"
	}
	code, number, ok := strings.Cut(m.String(), " ")
	if _, isCurrency := contract.Exponent(m.Currency); !ok || !isCurrency {
		return m.String() // which says what is wrong with it
	}
	number = grouped(number)
	if name, named := currencyNames[l][code]; named {
		return number + "\u00a0" + name
	}
	return code + "\u00a0" + number
}

// grouped sets a comma before every three digits of the whole part of a number.
func grouped(number string) string {
	sign := ""
	if rest, negative := strings.CutPrefix(number, "-"); negative {
		sign, number = "−", rest
	}
	whole, fraction, isBroken := strings.Cut(number, ".")
	const group = 3
	var text strings.Builder
	text.WriteString(sign)
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%group == 0 {
			text.WriteByte(',')
		}
		text.WriteRune(digit)
	}
	if isBroken {
		text.WriteString("." + fraction)
	}
	return text.String()
}
