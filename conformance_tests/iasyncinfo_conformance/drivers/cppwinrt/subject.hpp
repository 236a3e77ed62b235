// One C++/WinRT coroutine object under test and the levers of its worker.
//
// Everything observed comes from Microsoft's own promise (winrt::impl::promise_base in
// winrt/Windows.Foundation.h); this file only writes the coroutine that such a promise belongs to.
//
// The worker waits in one single co_await, because any co_await that begins after Cancel throws
// hresult_canceled out of await_transform: with a loop of awaits, a worker that is to complete or fail in
// spite of a pending cancel could not be written. Progress is therefore reported around the coroutine:
// its progress token, fetched once at the start (an await that is exempt from that check), is called
// straight from the lever, in every state, also after the end, as C++/WinRT allows.
//
// Threads may use a subject at the same time. What is written here takes no lock that they would meet at,
// so that they meet at Microsoft's and nowhere else.
#pragma once

#include "json.hpp"

#include <winrt/Windows.Foundation.h>

#include <atomic>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

// The word cannot be carried out: the fault is in what was sent or in this program, never in the subject.
struct Fault : std::runtime_error
{
    using runtime_error::runtime_error;
};

// A handler as a word names it; the program is null where it only records its call.
struct Handler
{
    std::wstring label;
    json::Array const* program;
};

// Told of each call of a handler. The detail is the JSON member that kind of handler reports.
// May throw winrt::hresult_error, which then leaves the handler.
using Listener = std::function<void(Handler const&, bool sender_is_operation, std::string const& detail)>;

struct Subject
{
    virtual ~Subject() = default;

    // The object, as its caller sees it. Refusals are thrown as C++/WinRT throws them.
    virtual std::uint32_t id() = 0;
    virtual std::int32_t status() = 0;
    virtual std::uint32_t error_code() = 0;
    virtual void cancel() = 0;
    virtual void close() = 0;
    virtual void put_completed(std::optional<Handler> handler) = 0;
    virtual std::optional<std::wstring> get_completed() = 0;
    virtual void put_progress(std::optional<Handler> handler) = 0;
    virtual std::optional<std::wstring> get_progress() = 0;
    virtual std::string get_results() = 0;

    // The levers of its worker.
    virtual void complete(json::Value const* result) = 0;
    virtual void fail(winrt::hresult code) = 0;
    virtual void acknowledge_cancel() = 0;
    virtual void report_progress(json::Value const& value) = 0;
    virtual int cancel_notifications() = 0;
};

template <typename T>
T from_json(json::Value const& value)
{
    if constexpr (std::is_same_v<T, winrt::hstring>)
    {
        if (auto const* text = value.as<std::wstring>())
        {
            return winrt::hstring{*text};
        }
        throw Fault("a value is no string, though the first of this word is");
    }
    else
    {
        if (auto const* integer = value.as<std::int64_t>())
        {
            return static_cast<T>(*integer);
        }
        if constexpr (std::is_floating_point_v<T>)
        {
            if (auto const* real = value.as<double>())
            {
                return *real;
            }
            throw Fault("a progress value is neither a number nor a string");
        }
        throw Fault("a result is neither an integer nor a string");
    }
}

template <typename T>
std::string to_json(T const& value)
{
    if constexpr (std::is_same_v<T, winrt::hstring>)
    {
        return json::text(std::wstring_view(value));
    }
    else
    {
        return json::text(value);
    }
}

template <typename Async>
struct progress_of
{
    using type = void;
};

template <typename Progress>
struct progress_of<winrt::Windows::Foundation::IAsyncActionWithProgress<Progress>>
{
    using type = Progress;
};

template <typename Result, typename Progress>
struct progress_of<winrt::Windows::Foundation::IAsyncOperationWithProgress<Result, Progress>>
{
    using type = Progress;
};

struct Nothing
{
};

template <typename T>
using Stored = std::conditional_t<std::is_void_v<T>, Nothing, T>;

// What the coroutine is to do once it goes on: return the result, or throw.
template <typename Result>
struct Order
{
    Stored<Result> result{};
    std::function<void()> raise;
};

// Holds the coroutine until a lever resumes it. Its awaiter is no C++/WinRT awaiter and hence has no
// canceller: in 3.0 one that resumed its coroutine from there would spin for ever, since
// cancellable_awaiter's destructor waits for the canceller to return (winrt/base.h, revoke_canceller).
//
// Of several levers that are pulled at the same time one gets the coroutine, and it alone writes the order.
template <typename Result>
class Gate
{
    // Apart from the gate, because g++ 12 copies an awaiter that await_transform hands on as an lvalue.
    struct Awaiter
    {
        Gate* gate;

        bool await_ready() const noexcept
        {
            return false;
        }

        void await_suspend(std::coroutine_handle<> waiting) const noexcept
        {
            gate->m_waiting = waiting;
        }

        Order<Result> await_resume() const noexcept
        {
            return std::move(gate->m_order);
        }
    };

public:
    Gate() = default;
    Gate(Gate const&) = delete;
    Gate& operator=(Gate const&) = delete;

    Awaiter opened() noexcept
    {
        return {this};
    }

    // Does nothing and returns false where the worker has already ended.
    bool try_open(Order<Result> order)
    {
        auto const waiting = m_waiting.exchange(nullptr);
        if (!waiting)
        {
            return false;
        }
        m_order = std::move(order);
        waiting.resume();
        return true;
    }

    void open(Order<Result> order)
    {
        if (!try_open(std::move(order)))
        {
            throw Fault("the worker has already ended");
        }
    }

private:
    std::atomic<std::coroutine_handle<>> m_waiting;
    Order<Result> m_order;
};

template <typename Async>
struct Worker
{
    using Result = decltype(std::declval<Async const&>().GetResults());
    using Progress = typename progress_of<Async>::type;

    Gate<Result> gate;
    std::function<void(Stored<Progress> const&)> report;
    std::function<void()> on_cancel;
};

template <typename Async>
Async work(Worker<Async>& worker)
{
    auto const cancellation = co_await winrt::get_cancellation_token();
    cancellation.callback([&worker] { worker.on_cancel(); });
    if constexpr (!std::is_void_v<typename Worker<Async>::Progress>)
    {
        worker.report = co_await winrt::get_progress_token();
    }
    auto order = co_await worker.gate.opened();
    if (order.raise)
    {
        order.raise();
    }
    if constexpr (!std::is_void_v<typename Worker<Async>::Result>)
    {
        co_return std::move(order.result);
    }
}

// The delegates put under one property, so that a getter's answer can be told apart. C++/WinRT stores a
// delegate made from a lambda as it is, since that is agile: the getter returns the very same object.
// A list that only grows at its head, so that threads may add and look up without a lock.
template <typename Delegate>
class Labels
{
public:
    Labels() = default;
    Labels(Labels const&) = delete;
    Labels& operator=(Labels const&) = delete;

    ~Labels()
    {
        for (auto const* known = m_newest.load(); known;)
        {
            delete std::exchange(known, known->older);
        }
    }

    void add(Delegate const& delegate, std::wstring label)
    {
        auto* const known = new Known{delegate, std::move(label), m_newest};
        while (!m_newest.compare_exchange_weak(known->older, known))
        {
        }
    }

    std::optional<std::wstring> of(Delegate const& delegate) const
    {
        if (!delegate)
        {
            return std::nullopt;
        }
        for (auto const* known = m_newest.load(); known; known = known->older)
        {
            if (known->delegate == delegate)
            {
                return known->label;
            }
        }
        throw Fault("a getter returned a handler that was never put");
    }

private:
    struct Known
    {
        Delegate delegate;
        std::wstring label;
        Known* older;
    };

    std::atomic<Known*> m_newest = nullptr;
};

template <typename Async>
struct ProgressLabels
{
};

template <typename Async>
    requires(!std::is_void_v<typename Worker<Async>::Progress>)
struct ProgressLabels<Async> : Labels<decltype(std::declval<Async const&>().Progress())>
{
};

template <typename Async>
class Coroutine final : public Subject
{
    using Result = typename Worker<Async>::Result;
    using Progress = typename Worker<Async>::Progress;
    using Completed = decltype(std::declval<Async const&>().Completed());
    static constexpr bool has_progress = !std::is_void_v<Progress>;

public:
    Coroutine(Listener listener, bool cancel_ends_work) : m_listener(std::move(listener))
    {
        m_worker.on_cancel = [this, cancel_ends_work]
        {
            ++m_cancel_notifications;
            if (cancel_ends_work)
            {
                m_worker.gate.try_open(acknowledgement());
            }
        };
        m_operation = work<Async>(m_worker);
    }

    // A coroutine that still waits would never be freed: it owns a reference to its own promise.
    ~Coroutine() override
    {
        m_listener = [](Handler const&, bool, std::string const&) {};
        m_worker.gate.try_open(acknowledgement());
    }

    std::uint32_t id() override
    {
        return m_operation.Id();
    }

    std::int32_t status() override
    {
        return static_cast<std::int32_t>(m_operation.Status());
    }

    std::uint32_t error_code() override
    {
        return static_cast<std::uint32_t>(m_operation.ErrorCode().value);
    }

    void cancel() override
    {
        m_operation.Cancel();
    }

    void close() override
    {
        m_operation.Close();
    }

    void put_completed(std::optional<Handler> handler) override
    {
        Completed delegate{nullptr};
        if (handler)
        {
            delegate = [this, handler = *handler](Async const& sender, winrt::Windows::Foundation::AsyncStatus status)
            { m_listener(handler, sender == m_operation, "\"status\":" + json::text(std::int64_t{static_cast<int>(status)})); };
            m_completed.add(delegate, handler->label);
        }
        m_operation.Completed(delegate);
    }

    std::optional<std::wstring> get_completed() override
    {
        return m_completed.of(m_operation.Completed());
    }

    void put_progress(std::optional<Handler> handler) override
    {
        if constexpr (has_progress)
        {
            decltype(m_operation.Progress()) delegate{nullptr};
            if (handler)
            {
                delegate = [this, handler = *handler](Async const& sender, Progress const& value)
                { m_listener(handler, sender == m_operation, "\"value\":" + to_json(value)); };
                m_progress.add(delegate, handler->label);
            }
            m_operation.Progress(delegate);
        }
    }

    std::optional<std::wstring> get_progress() override
    {
        if constexpr (has_progress)
        {
            return m_progress.of(m_operation.Progress());
        }
        else
        {
            return std::nullopt;
        }
    }

    std::string get_results() override
    {
        if constexpr (std::is_void_v<Result>)
        {
            m_operation.GetResults();
            return "null";
        }
        else
        {
            return to_json(m_operation.GetResults());
        }
    }

    void complete(json::Value const* result) override
    {
        Order<Result> order;
        if constexpr (!std::is_void_v<Result>)
        {
            if (!result)
            {
                throw Fault("complete without a result");
            }
            order.result = from_json<Result>(*result);
        }
        m_worker.gate.open(std::move(order));
    }

    // throw_hresult, and not `throw hresult_error(code)`: it chooses the class of exception, and the
    // promise tells canceled from failed by that class alone.
    void fail(winrt::hresult code) override
    {
        m_worker.gate.open({.raise = [code] { winrt::throw_hresult(code); }});
    }

    void acknowledge_cancel() override
    {
        m_worker.gate.open(acknowledgement());
    }

    void report_progress(json::Value const& value) override
    {
        if constexpr (has_progress)
        {
            m_worker.report(from_json<Progress>(value));
        }
    }

    int cancel_notifications() override
    {
        return m_cancel_notifications;
    }

private:
    static Order<Result> acknowledgement()
    {
        return {.raise = [] { throw winrt::hresult_canceled(); }};
    }

    Listener m_listener;
    std::atomic<int> m_cancel_notifications = 0;
    Worker<Async> m_worker;
    Labels<Completed> m_completed;
    ProgressLabels<Async> m_progress;
    Async m_operation{nullptr};
};
