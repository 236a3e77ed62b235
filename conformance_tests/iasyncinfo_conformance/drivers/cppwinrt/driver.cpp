// Puts C++/WinRT's coroutine objects on the wire: JSON lines on stdin and stdout, one word a line.
//
//     driver [--cooperative]
//
// With --cooperative the worker ends inside Cancel, as one does that listens to its cancellation token;
// without it the worker leaves a cancel pending until a lever says how it ends.

#include "run.hpp"

#include <cstdio>
#include <unistd.h>

namespace
{
    class Lines
    {
    public:
        // The next line, or nothing at the end of the input. Answers wait until no further line has
        // arrived: a peer that sent words ahead gets them in one piece, one that waits is not kept waiting.
        std::optional<std::string_view> next()
        {
            for (;;)
            {
                if (auto const end = m_input.find('\n', m_searched); end != std::string::npos)
                {
                    std::string_view const line(m_input.data() + m_begin, end - m_begin);
                    m_begin = m_searched = end + 1;
                    return line;
                }
                m_searched = m_input.size();
                if (!read_more())
                {
                    return rest();
                }
            }
        }

        void answer(std::string const& line)
        {
            m_output += line;
            m_output += '\n';
            if (m_output.size() > flush_at)
            {
                flush();
            }
        }

        void flush()
        {
            std::fwrite(m_output.data(), 1, m_output.size(), stdout);
            std::fflush(stdout);
            m_output.clear();
        }

    private:
        // A last line that lacks its end: whole, it is obeyed; cut off, it is reported as malformed.
        std::optional<std::string_view> rest()
        {
            std::string_view const line(m_input.data() + m_begin, m_input.size() - m_begin);
            m_begin = m_searched = m_input.size();
            return line.empty() ? std::nullopt : std::optional(line);
        }

        static constexpr std::size_t flush_at = 1 << 16;

        bool read_more()
        {
            flush();
            m_input.erase(0, m_begin);
            m_searched -= m_begin;
            m_begin = 0;
            char block[1 << 16];
            auto const count = ::read(STDIN_FILENO, block, sizeof block);
            if (count > 0)
            {
                m_input.append(block, static_cast<std::size_t>(count));
            }
            return count > 0;
        }

        std::string m_input;
        std::size_t m_begin = 0;
        std::size_t m_searched = 0;
        std::string m_output;
    };

    std::string ready(bool cooperative)
    {
        std::string const ending = cooperative ? "cancel_ends_work" : "acknowledge_cancel";
        return R"({"ready":true,"name":"C++/WinRT","version":")" CPPWINRT_VERSION R"(","language":"C++",)"
               R"("kinds":["action","action_with_progress","operation","operation_with_progress"],)"
               R"("supports":["fail",")" + ending + R"(","report_progress","cancel_notifications","reentrancy","raise","threads"],)"
               R"("values":["int","string"]})";
    }

    bool is_kind(std::wstring const& kind)
    {
        return kind == L"action" || kind == L"action_with_progress" || kind == L"operation" || kind == L"operation_with_progress";
    }

    std::string outcome(std::wstring const& kind, json::Array const& steps, bool cooperative, Racers& racers)
    {
        try
        {
            if (!is_kind(kind))
            {
                throw Fault("unknown kind " + plain(kind));
            }
            return "\"results\":" + Run(kind, steps, cooperative, racers).results();
        }
        catch (NotApplicable const& reason)
        {
            return "\"skipped\":" + json::text(std::string_view(reason.what()));
        }
        catch (Fault const& fault)
        {
            return "\"errored\":" + json::text(std::string_view(fault.what()));
        }
    }

    std::string answer_run(json::Value const& command, bool cooperative, Racers& racers)
    {
        auto const* seq = command.find(L"seq");
        auto const* kind = command.find(L"kind");
        auto const* steps = command.find(L"steps");
        if (!seq || !seq->as<std::int64_t>() || !kind || !kind->as<std::wstring>() || !steps || !steps->as<json::Array>())
        {
            throw json::Malformed("a run needs an integer seq, a kind and a list of steps");
        }
        return "{\"seq\":" + json::text(*seq->as<std::int64_t>()) + "," +
            outcome(*kind->as<std::wstring>(), *steps->as<json::Array>(), cooperative, racers) + "}";
    }

    std::string answer_start(json::Value const& command, bool cooperative)
    {
        auto const* version = command.find(L"version");
        if (!version || !version->as<std::int64_t>() || *version->as<std::int64_t>() != 1)
        {
            throw json::Malformed("this driver speaks version 1 of the wire");
        }
        return ready(cooperative);
    }

    void serve(Lines& lines, bool cooperative)
    {
        Racers racers;
        while (auto const line = lines.next())
        {
            auto const command = json::Parser(*line).document();
            auto const* word = command.find(L"cmd");
            auto const* name = word ? word->as<std::wstring>() : nullptr;
            if (name && *name == L"stop")
            {
                return;
            }
            if (name && *name == L"run")
            {
                lines.answer(answer_run(command, cooperative, racers));
            }
            else if (name && *name == L"start")
            {
                lines.answer(answer_start(command, cooperative));
            }
            else
            {
                throw json::Malformed("cmd is none of start, run and stop");
            }
        }
    }
}

int main(int count, char** arguments)
{
    bool const cooperative = count == 2 && std::string_view(arguments[1]) == "--cooperative";
    if (count > 1 && !cooperative)
    {
        std::fprintf(stderr, "usage: %s [--cooperative]\n", arguments[0]);
        return 2;
    }
    Lines lines;
    try
    {
        serve(lines, cooperative);
    }
    catch (json::Malformed const& reason)
    {
        lines.flush();
        std::fprintf(stderr, "{\"errored\":%s}\n", json::text(std::string_view(reason.what())).c_str());
        return 1;
    }
    lines.flush();
    return 0;
}
