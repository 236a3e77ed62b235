// Just enough JSON for the wire: one value read from a line, and text written piece by piece.
//
// Strings are held as code points, which is what a wide string is on Linux and therefore what an hstring
// holds here. A lone surrogate passes through unharmed. Output is ASCII, so no reader's locale matters.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace json
{
    struct Malformed : std::runtime_error
    {
        using runtime_error::runtime_error;
    };

    struct Value;
    using Array = std::vector<Value>;
    using Object = std::vector<std::pair<std::wstring, Value>>;

    struct Value : std::variant<std::nullptr_t, bool, std::int64_t, double, std::wstring, Array, Object>
    {
        using variant::variant;

        template <typename T>
        T const* as() const noexcept
        {
            return std::get_if<T>(static_cast<variant const*>(this));
        }

        bool is_null() const noexcept
        {
            return as<std::nullptr_t>() != nullptr;
        }

        // The member of an object; null where this is no object or has no such member.
        Value const* find(std::wstring_view key) const noexcept
        {
            if (auto const* object = as<Object>())
            {
                for (auto const& [name, value] : *object)
                {
                    if (name == key)
                    {
                        return &value;
                    }
                }
            }
            return nullptr;
        }
    };

    class Parser
    {
    public:
        explicit Parser(std::string_view text) noexcept : m_at(text.data()), m_end(text.data() + text.size())
        {
        }

        Value document()
        {
            Value value = element(0);
            if (m_at != m_end)
            {
                throw Malformed("something follows the JSON value");
            }
            return value;
        }

    private:
        // Deeper nesting than any word has, and far less than the stack holds.
        static constexpr int deepest = 1000;

        void skip_space() noexcept
        {
            while (m_at != m_end && (*m_at == ' ' || *m_at == '\t' || *m_at == '\r' || *m_at == '\n'))
            {
                ++m_at;
            }
        }

        char next()
        {
            if (m_at == m_end)
            {
                throw Malformed("the line ends inside a JSON value");
            }
            return *m_at++;
        }

        bool take(char wanted) noexcept
        {
            bool const found = m_at != m_end && *m_at == wanted;
            m_at += found;
            return found;
        }

        void expect(std::string_view word)
        {
            for (char const wanted : word)
            {
                if (!take(wanted))
                {
                    throw Malformed("expected '" + std::string(word) + "'");
                }
            }
        }

        Value element(int depth)
        {
            if (depth > deepest)
            {
                throw Malformed("nested too deeply");
            }
            skip_space();
            Value value = bare(depth);
            skip_space();
            return value;
        }

        Value bare(int depth)
        {
            char const first = m_at == m_end ? '\0' : *m_at;
            switch (first)
            {
            case '{': return object(depth);
            case '[': return array(depth);
            case '"': return string();
            case 'n': expect("null"); return nullptr;
            case 't': expect("true"); return true;
            case 'f': expect("false"); return false;
            default: return number();
            }
        }

        Value object(int depth)
        {
            Object members;
            expect("{");
            skip_space();
            if (take('}'))
            {
                return members;
            }
            do
            {
                skip_space();
                std::wstring key = string();
                skip_space();
                expect(":");
                members.emplace_back(std::move(key), element(depth + 1));
            } while (take(','));
            expect("}");
            return members;
        }

        Value array(int depth)
        {
            Array items;
            expect("[");
            skip_space();
            if (take(']'))
            {
                return items;
            }
            do
            {
                items.push_back(element(depth + 1));
            } while (take(','));
            expect("]");
            return items;
        }

        Value number()
        {
            std::int64_t integer{};
            auto const whole = std::from_chars(m_at, m_end, integer);
            if (whole.ec == std::errc{} && (whole.ptr == m_end || std::string_view(".eE").find(*whole.ptr) == std::string_view::npos))
            {
                m_at = whole.ptr;
                return integer;
            }
            double real{};
            auto const fraction = std::from_chars(m_at, m_end, real);
            // from_chars also reads "inf" and "nan", which JSON has not.
            if (fraction.ec != std::errc{} || !std::isfinite(real))
            {
                throw Malformed("expected a JSON value");
            }
            m_at = fraction.ptr;
            return real;
        }

        std::wstring string()
        {
            std::wstring text;
            expect("\"");
            while (!take('"'))
            {
                text.push_back(character());
            }
            return text;
        }

        wchar_t character()
        {
            auto const first = static_cast<unsigned char>(next());
            if (first == '\\')
            {
                return escape();
            }
            if (first < 0x20)
            {
                throw Malformed("a bare control character in a string");
            }
            return first < 0x80 ? static_cast<wchar_t>(first) : utf8(first);
        }

        wchar_t utf8(unsigned first)
        {
            int const more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
            unsigned code = first & (0x3F >> more);
            for (int left = more; left > 0; --left)
            {
                auto const byte = static_cast<unsigned char>(next());
                if ((byte & 0xC0) != 0x80)
                {
                    throw Malformed("a string is not UTF-8");
                }
                code = code << 6 | (byte & 0x3F);
            }
            return static_cast<wchar_t>(code);
        }

        wchar_t escape()
        {
            switch (char const letter = next())
            {
            case 'b': return L'\b';
            case 'f': return L'\f';
            case 'n': return L'\n';
            case 'r': return L'\r';
            case 't': return L'\t';
            case 'u': return unicode();
            case '"':
            case '\\':
            case '/': return static_cast<wchar_t>(letter);
            default: throw Malformed("an unknown escape in a string");
            }
        }

        wchar_t unicode()
        {
            unsigned const high = hexadecimal();
            char const* const back = m_at;
            if (high >= 0xD800 && high < 0xDC00 && take('\\') && take('u'))
            {
                unsigned const low = hexadecimal();
                if (low >= 0xDC00 && low < 0xE000)
                {
                    return static_cast<wchar_t>(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
                }
            }
            m_at = back;
            return static_cast<wchar_t>(high);
        }

        unsigned hexadecimal()
        {
            unsigned code{};
            auto const digits = m_end - m_at < 4 ? m_end : m_at + 4;
            if (auto const read = std::from_chars(m_at, digits, code, 16); read.ptr != m_at + 4)
            {
                throw Malformed("a \\u escape without four digits");
            }
            m_at = digits;
            return code;
        }

        char const* m_at;
        char const* m_end;
    };

    inline void write_escaped(std::string& out, unsigned code)
    {
        constexpr char digits[] = "0123456789abcdef";
        out += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4)
        {
            out += digits[code >> shift & 0xF];
        }
    }

    inline std::string text(std::wstring_view value)
    {
        std::string out = "\"";
        for (wchar_t const character : value)
        {
            auto const code = static_cast<unsigned>(character);
            if (code > 0xFFFF)
            {
                write_escaped(out, 0xD800 + ((code - 0x10000) >> 10));
                write_escaped(out, 0xDC00 + (code & 0x3FF));
            }
            else if (code < 0x20 || code > 0x7E)
            {
                write_escaped(out, code);
            }
            else
            {
                out += code == '"' || code == '\\' ? "\\" : "";
                out += static_cast<char>(code);
            }
        }
        return out += '"';
    }

    // For what this program writes itself: names, and messages that may quote its input.
    inline std::string text(std::string_view value)
    {
        return text(std::wstring(value.begin(), value.end()));
    }

    inline std::string text(std::int64_t value)
    {
        return std::to_string(value);
    }

    // The shortest digits that read back as the same number; 1.0 is written 1.
    inline std::string text(double value)
    {
        char digits[32];
        return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
    }
}
