// One run: a fresh object, the steps of one word, and the text of their results.
#pragma once

#include "racers.hpp"
#include "steps.hpp"

#include <system_error>
#include <vector>

// The word speaks of what this kind has not; it is reported as skipped, and nothing of it is run.
struct NotApplicable : std::runtime_error
{
    using runtime_error::runtime_error;
};

// What one thread is in the middle of. C++/WinRT calls a handler on the thread whose step it is due to.
struct Doing
{
    // Where the innermost running step collects its events.
    std::string* events = nullptr;
    // How many handlers are running.
    int depth = 0;
    // A fault met inside a handler: it may not cross C++/WinRT's frames, which would swallow it.
    std::optional<Fault> fault;
};

inline thread_local Doing doing;

class Run
{
public:
    Run(std::wstring kind, json::Array const& steps, bool cancel_ends_work, Racers& racers);

    // The text of the list of results.
    std::string results()
    {
        return thread_results(m_steps);
    }

private:
    // More than any word needs, and far less than the stack holds: a handler of progress may report progress.
    static constexpr int deepest = 100;

    void check(json::Array const& steps);
    void check_race(json::Array const& step);
    void check_program(json::Array const& program);
    void check_step(json::Array const& step);
    std::unique_ptr<Subject> start(bool cancel_ends_work);

    std::string thread_results(json::Array const& steps);
    std::string race_result(json::Array const& step);
    void race(std::size_t count, Racers::Task const& task);
    std::string result_of(json::Array const& step);
    void handler_called(Handler const& handler, bool sender, std::string const& detail);
    std::string run_program(json::Array const& program, std::exception_ptr& raised);

    std::wstring m_kind;
    json::Array const& m_steps;
    json::Value const* m_first_result = nullptr;
    json::Value const* m_first_progress = nullptr;
    Racers& m_racers;
    // Last, so that it goes first: its handlers refer to what stands above.
    std::unique_ptr<Subject> m_subject;
};

inline void append(std::string& list, std::string const& item)
{
    list += list.empty() ? "" : ",";
    list += item;
}

template <template <typename> typename WithProgress, typename Plain>
struct Starter
{
    Listener listener;
    bool cancel_ends_work;

    std::unique_ptr<Subject> operator()(bool with_progress, bool progress_is_text) const
    {
        if (!with_progress)
        {
            return make<Plain>();
        }
        return progress_is_text ? make<WithProgress<winrt::hstring>>() : make<WithProgress<double>>();
    }

    template <typename Async>
    std::unique_ptr<Subject> make() const
    {
        return std::make_unique<Coroutine<Async>>(listener, cancel_ends_work);
    }
};

namespace start_of
{
    using namespace winrt::Windows::Foundation;

    template <typename Progress>
    using IntWithProgress = IAsyncOperationWithProgress<std::int64_t, Progress>;

    template <typename Progress>
    using TextWithProgress = IAsyncOperationWithProgress<winrt::hstring, Progress>;

    using Action = Starter<IAsyncActionWithProgress, IAsyncAction>;
    using Int = Starter<IntWithProgress, IAsyncOperation<std::int64_t>>;
    using Text = Starter<TextWithProgress, IAsyncOperation<winrt::hstring>>;
}

inline Run::Run(std::wstring kind, json::Array const& steps, bool cancel_ends_work, Racers& racers)
    : m_kind(std::move(kind)), m_steps(steps), m_racers(racers)
{
    check(steps);
    m_subject = start(cancel_ends_work);
}

// The types are part of the object, so the word is read ahead: its first result and its first progress
// value, in the order in which they are written, decide.
inline std::unique_ptr<Subject> Run::start(bool cancel_ends_work)
{
    auto const is_text = [](json::Value const* value) { return value && value->as<std::wstring>(); };
    Listener const listener = [this](auto&&... call) { handler_called(call...); };
    bool const with_progress = m_kind.ends_with(L"_with_progress");
    if (m_kind.starts_with(L"action"))
    {
        return start_of::Action{listener, cancel_ends_work}(with_progress, is_text(m_first_progress));
    }
    if (is_text(m_first_result))
    {
        return start_of::Text{listener, cancel_ends_work}(with_progress, is_text(m_first_progress));
    }
    return start_of::Int{listener, cancel_ends_work}(with_progress, is_text(m_first_progress));
}

inline void Run::check(json::Array const& steps)
{
    for (auto const& value : steps)
    {
        auto const& step = step_of(value);
        is_race(step) ? check_race(step) : check_step(step);
    }
}

inline void Run::check_race(json::Array const& step)
{
    auto const count = step.size() - 1;
    if (count < 2 || count > Racers::most)
    {
        throw Fault("a race has two to " + std::to_string(Racers::most) + " threads, and not " + std::to_string(count));
    }
    for (std::size_t racer = 1; racer <= count; ++racer)
    {
        for (auto const& value : thread_of(step[racer]))
        {
            check_step(step_of(value));
        }
    }
}

inline void Run::check_program(json::Array const& program)
{
    for (auto const& value : program)
    {
        auto const& step = step_of(value);
        is_raise(step) ? void(code_of(step)) : check_step(step);
    }
}

inline void Run::check_step(json::Array const& step)
{
    if (is_race(step))
    {
        throw Fault("a race is a step of the word itself, and of no handler or other race");
    }
    auto const& name = name_of(step);
    auto const* known = find_step(name);
    if (!known)
    {
        throw Fault("unknown step " + plain(name));
    }
    auto const arguments = step.size() - 1;
    if (arguments < known->least_arguments || arguments > known->most_arguments)
    {
        throw Fault("wrong number of arguments to step " + plain(name));
    }
    if (name.ends_with(L"_progress") && !m_kind.ends_with(L"_with_progress"))
    {
        throw NotApplicable(plain(m_kind) + " has no progress");
    }
    if (name == L"complete" && !m_first_result)
    {
        m_first_result = argument_of(step);
    }
    if (name == L"report_progress" && !m_first_progress)
    {
        m_first_progress = argument_of(step);
    }
    if (auto const* program = program_of(step))
    {
        check_program(*program);
    }
}

// The text of the list of results of what one thread runs.
inline std::string Run::thread_results(json::Array const& steps)
{
    doing = {};
    std::string results;
    for (auto const& value : steps)
    {
        auto const& step = step_of(value);
        append(results, is_race(step) ? race_result(step) : result_of(step));
    }
    return "[" + results + "]";
}

inline std::string Run::race_result(json::Array const& step)
{
    std::vector<std::string> results(step.size() - 1);
    std::vector<std::exception_ptr> faults(results.size());
    race(
        results.size(),
        [&](std::size_t racer)
        {
            try
            {
                results[racer] = thread_results(*step[racer + 1].as<json::Array>());
            }
            catch (...)
            {
                faults[racer] = std::current_exception();
            }
        });
    std::string threads;
    for (std::size_t racer = 0; racer < results.size(); ++racer)
    {
        if (faults[racer])
        {
            std::rethrow_exception(faults[racer]);
        }
        append(threads, results[racer]);
    }
    return "{\"ok\":null,\"threads\":[" + threads + "]}";
}

inline void Run::race(std::size_t count, Racers::Task const& task)
{
    try
    {
        m_racers.race(count, task);
    }
    catch (std::system_error const& error)
    {
        throw Fault(std::string("no thread could be started for the race: ") + error.what());
    }
}

inline std::string Run::result_of(json::Array const& step)
{
    std::string events;
    auto* const outer = std::exchange(doing.events, &events);
    std::string result;
    try
    {
        result = "{\"ok\":" + find_step(name_of(step))->take(*m_subject, step);
    }
    catch (Fault const&)
    {
        throw;
    }
    catch (...)
    {
        result = "{\"hr\":" + whole(static_cast<std::uint32_t>(winrt::to_hresult().value));
    }
    if (doing.fault)
    {
        throw *doing.fault;
    }
    doing.events = outer;
    return result + (events.empty() ? "}" : ",\"events\":[" + events + "]}");
}

inline void Run::handler_called(Handler const& handler, bool sender, std::string const& detail)
{
    if (doing.fault)
    {
        return;
    }
    auto event = "{\"handler\":" + json::text(handler.label) + ",\"sender\":" + (sender ? "true," : "false,") + detail;
    std::exception_ptr raised;
    if (handler.program)
    {
        try
        {
            event += ",\"results\":[" + run_program(*handler.program, raised) + "]";
        }
        catch (Fault const& fault)
        {
            doing.fault = fault;
            return;
        }
    }
    append(*doing.events, event + "}");
    if (raised)
    {
        std::rethrow_exception(raised);
    }
}

// A raise ends the program and has no result of its own.
inline std::string Run::run_program(json::Array const& program, std::exception_ptr& raised)
{
    if (doing.depth == deepest)
    {
        throw Fault("handlers nest without end");
    }
    ++doing.depth;
    std::string results;
    for (auto const& value : program)
    {
        auto const& step = step_of(value);
        if (is_raise(step))
        {
            raised = std::make_exception_ptr(winrt::hresult_error(code_of(step)));
            break;
        }
        append(results, result_of(step));
    }
    --doing.depth;
    return results;
}
