// What a step of a word asks of the subject: its name, its arguments, and the text of its answer.
#pragma once

#include "subject.hpp"

#include <unordered_map>

// A name out of the word, for a message: without quotes, since those would be escaped once more.
inline std::string plain(std::wstring_view name)
{
    auto const quoted = json::text(name);
    return quoted.substr(1, quoted.size() - 2);
}

inline json::Array const& step_of(json::Value const& value)
{
    auto const* step = value.as<json::Array>();
    if (!step || step->empty() || !step->front().as<std::wstring>())
    {
        throw Fault("a step is no list that begins with its name");
    }
    return *step;
}

inline std::wstring const& name_of(json::Array const& step)
{
    return *step.front().as<std::wstring>();
}

inline bool is_raise(json::Array const& step)
{
    return name_of(step) == L"raise" && step.size() == 2;
}

inline bool is_race(json::Array const& step)
{
    return name_of(step) == L"race";
}

inline json::Value const* argument_of(json::Array const& step)
{
    return step.size() > 1 ? &step[1] : nullptr;
}

inline winrt::hresult code_of(json::Array const& step)
{
    if (auto const* code = step[1].as<std::int64_t>())
    {
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(*code));
    }
    throw Fault("an HRESULT is no integer");
}

// The steps that a handler runs itself; null where it only records its call.
inline json::Array const* program_of(json::Array const& step)
{
    if (step.size() < 3)
    {
        return nullptr;
    }
    if (auto const* program = step[2].as<json::Array>())
    {
        return program;
    }
    throw Fault("a handler's program is no list of steps");
}

inline std::optional<Handler> handler_of(json::Array const& step)
{
    if (step[1].is_null())
    {
        return std::nullopt;
    }
    if (auto const* label = step[1].as<std::wstring>())
    {
        return Handler{*label, program_of(step)};
    }
    throw Fault("a handler is neither a label nor null");
}

// The steps that one thread of a race runs.
inline json::Array const& thread_of(json::Value const& value)
{
    auto const* steps = value.as<json::Array>();
    if (!steps || steps->empty())
    {
        throw Fault("a thread of a race is no list of one step or more");
    }
    return *steps;
}

inline std::string label_text(std::optional<std::wstring> const& label)
{
    return label ? json::text(*label) : "null";
}

inline std::string whole(std::int64_t value)
{
    return json::text(value);
}

struct Step
{
    std::size_t least_arguments;
    std::size_t most_arguments;
    std::string (*take)(Subject&, json::Array const&);
};

// Null where no step has this name.
inline Step const* find_step(std::wstring_view name)
{
    using S = Subject&;
    using A = json::Array const&;
    static std::string const null = "null";
    static std::unordered_map<std::wstring_view, Step> const steps{
        {L"id", {0, 0, [](S s, A) { return whole(s.id()); }}},
        {L"status", {0, 0, [](S s, A) { return whole(s.status()); }}},
        {L"error_code", {0, 0, [](S s, A) { return whole(s.error_code()); }}},
        {L"cancel", {0, 0, [](S s, A) { return s.cancel(), null; }}},
        {L"close", {0, 0, [](S s, A) { return s.close(), null; }}},
        {L"put_completed", {1, 2, [](S s, A a) { return s.put_completed(handler_of(a)), null; }}},
        {L"get_completed", {0, 0, [](S s, A) { return label_text(s.get_completed()); }}},
        {L"put_progress", {1, 2, [](S s, A a) { return s.put_progress(handler_of(a)), null; }}},
        {L"get_progress", {0, 0, [](S s, A) { return label_text(s.get_progress()); }}},
        {L"get_results", {0, 0, [](S s, A) { return s.get_results(); }}},
        {L"complete", {0, 1, [](S s, A a) { return s.complete(argument_of(a)), null; }}},
        {L"fail", {1, 1, [](S s, A a) { return s.fail(code_of(a)), null; }}},
        {L"acknowledge_cancel", {0, 0, [](S s, A) { return s.acknowledge_cancel(), null; }}},
        {L"report_progress", {1, 1, [](S s, A a) { return s.report_progress(a[1]), null; }}},
        {L"cancel_notifications", {0, 0, [](S s, A) { return whole(s.cancel_notifications()); }}},
    };
    auto const found = steps.find(name);
    return found == steps.end() ? nullptr : &found->second;
}
