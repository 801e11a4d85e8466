"""What a call gives back, whatever is called."""

from __future__ import annotations

import ast
from contextlib import nullcontext

from flake8_tensorconv.contents.datasets import is_from_torchvision
from flake8_tensorconv.contents.opaque import GIVING_BYTES, opaque_call
from flake8_tensorconv.engine.imports import FRAMEWORKS, RUNTIMES, is_other_numpy
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.symbols import canonical
from flake8_tensorconv.hazards.accelerators import tell_accelerator
from flake8_tensorconv.hazards.detours import tell_data, tell_late_detach
from flake8_tensorconv.hazards.index_dtypes import tell_index_dtype
from flake8_tensorconv.hazards.misuse import tell_dtype, tell_method
from flake8_tensorconv.hazards.reading import tell_arguments
from flake8_tensorconv.index.syntax import called_name, dotted_name, unstarred
from flake8_tensorconv.interpreter.dispatching import call_dispatched, register_called
from flake8_tensorconv.interpreter.functions import call_autograd_function, call_function
from flake8_tensorconv.interpreter.instances import instantiate
from flake8_tensorconv.knowledge.figures import AXES, FIGURE
from flake8_tensorconv.knowledge.numpy_reads import ARRAY, GENERATOR
from flake8_tensorconv.knowledge.torch_operators import tensor_attributes
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    AVAILABLE,
    NONE,
    NOTHING,
    OBJECT,
    STRING,
    UNKNOWN,
    Alternative,
    Array,
    Class,
    Constant,
    DeviceObject,
    DtypeObject,
    Function,
    Many,
    Method,
    Otherwise,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.numpy.array_dtypes import reordered
from flake8_tensorconv.libraries.numpy.numpy_calls import call_numpy, unsure
from flake8_tensorconv.libraries.numpy.numpy_results import (
    call_array_method,
    call_generator,
    call_scalar_method,
)
from flake8_tensorconv.libraries.python.argparsing import PARSER, call_parser_method
from flake8_tensorconv.libraries.python.builtins_calls import METHOD_CALLER, call_builtin
from flake8_tensorconv.libraries.python.containers import call_container_method, call_plain_method
from flake8_tensorconv.libraries.python.contexts import (
    EXIT_STACK,
    decorated_by,
    enter_context,
    make_context,
)
from flake8_tensorconv.libraries.python.figures import call_consumer, call_figure_method, tell_named
from flake8_tensorconv.libraries.python.foreign import (
    NAMED_TUPLE,
    call_foreign,
    call_foreign_method,
    make_named_tuple,
)
from flake8_tensorconv.libraries.python.lightning import TRAINERS, call_trainer_method
from flake8_tensorconv.libraries.python.media import call_media
from flake8_tensorconv.libraries.python.partials import PARTIAL, call_partial
from flake8_tensorconv.libraries.torch.distributions import PREFIX as DISTRIBUTIONS
from flake8_tensorconv.libraries.torch.distributions import call_distribution_method
from flake8_tensorconv.libraries.torch.module_calls import call_module
from flake8_tensorconv.libraries.torch.modules import call_module_method
from flake8_tensorconv.libraries.torch.structure import is_module
from flake8_tensorconv.libraries.torch.tensor_method_handlers import CONVERSIONS, forced
from flake8_tensorconv.libraries.torch.tensor_methods import call_tensor_method
from flake8_tensorconv.libraries.torch.torch_functions import (
    FOREIGN_FACTORIES,
    call_torch,
    is_module_factory,
    pretrained,
)
from flake8_tensorconv.locations.scopes import CONSTRUCTORS, ClassInfo
from flake8_tensorconv.memory import sharing as memory
from flake8_tensorconv.memory.effects import observe
from flake8_tensorconv.narrowing.class_conditions import answer


def call_value(run: Run, callee: Value, args: Arguments, node: ast.AST) -> Value:
    """What calling `callee` may give back, with the effects of every function it may be."""
    _tell_conversion(run, callee, args, node)
    tell_method(run, callee, args, node)
    tell_late_detach(run, callee, node)
    tell_named(run, callee, args, node)
    tell_accelerator(run, callee, args, node)
    if len(callee.alternatives) == 1:
        return _observed(run, callee.alternatives[0], args, node)
    results: list[Value] = []
    branches = []
    events = run.program.events
    picked, chosen = events.picked, _is_chosen(callee, args)
    events.picked = picked or chosen
    for each in callee.alternatives:
        branch = run.state.fork()
        heard = events.unheard() if chosen and isinstance(each, Symbol) else nullcontext()
        with heard, run.at(branch):
            results.append(_observed(run, each, args, node))
        branches.append(branch.changes)
    events.picked = picked
    run.state.merge(branches)
    return join_all(results)


def _is_chosen(callee: Value, args: Arguments) -> bool:
    """Was what is called chosen by what it is given, so that not each goes with each?

    `lib = torch if isinstance(x, torch.Tensor) else np` is of either library. One of several
    functions, out of a table or a list, is called with what may be a tensor or something else.
    """
    roots = {each.dotted.split(".", 1)[0] for each in callee.alternatives if type(each) is Symbol}
    if {"torch", "numpy"} <= roots:
        return True
    several = sum(isinstance(each, (Function, Symbol)) for each in callee.alternatives) > 1
    return several and any(_is_mixed(each.value) for each in args.all())


def _is_mixed(given: Value) -> bool:
    """May it be a tensor for certain, and just as well something else?"""
    expected = given.expected.alternatives
    tensors = sum(isinstance(each, Tensor) for each in expected)
    return 0 < tensors < len(expected) and _is_tensor(given.tensors[0])


def _observed(run: Run, callee: Alternative, args: Arguments, node: ast.AST) -> Value:
    result = _call(run, callee, args, node)
    if run.program.tracks_memory:
        observe(run, callee, args, node, result)
    return result


def _tell_conversion(run: Run, callee: Value, args: Arguments, node: ast.AST) -> None:
    """`x.numpy()`: one event for all that x may be."""
    converting = [
        each
        for each in callee.alternatives
        if isinstance(each, Method)
        and each.name in CONVERSIONS
        and isinstance(each.receiver, Tensor)
    ]
    if not isinstance(node, ast.Call):
        return
    if not converting:
        _tell_other(run, node)
        return
    tensors = [each.receiver for each in converting if isinstance(each.receiver, Tensor)]
    force = args.value(0 if converting[0].name == "numpy" else None, "force")
    if force is not None and truth_of(force) is not False:
        tensors = [forced(tensor) for tensor in tensors]
    if run.file.other_frameworks:
        tensors = [tensor for tensor in tensors if tensor.sure]
    name, taken = converting[0].name, converting[0].node
    if isinstance(taken, ast.Attribute):
        operand = taken.value
    elif isinstance(taken, ast.Call) and dotted_name(taken.func) == "getattr" and taken.args:
        operand = unstarred(taken.args[0])
    else:  # map(methodcaller("numpy"), xs): there is no expression for one x
        operand = node
    tell_data(run, operand)
    inside = operand is node
    at, via = called_name(node), f"Tensor.{name}"
    run.emit_to_numpy(
        node,
        at,
        operand,
        CONVERSIONS[name],
        via,
        tuple(tensors),
        surely=all(isinstance(e, Method) and _is_tensor(e.receiver) for e in callee.alternatives),
        element=inside,
        mixed=inside,
    )


def _tell_other(run: Run, node: ast.Call) -> None:
    """Another class has an `x.numpy()`: what x may be in one of the contexts of this call."""
    match node.func:
        case ast.Attribute(value=operand, attr=name) if name in CONVERSIONS:
            route, via = CONVERSIONS[name], f"Tensor.{name}"
            run.emit_to_numpy(node, node.func, operand, route, via, (), surely=False)


def _is_tensor(receiver: Alternative) -> bool:
    return isinstance(receiver, Tensor) and receiver.sure


def _call(run: Run, callee: Alternative, args: Arguments, node: ast.AST) -> Value:
    match callee:
        case Function(overloads=None):
            return call_function(run, callee, args, node)
        case Function():
            return call_dispatched(run, callee, args, node)
        case Class(info=info):
            return instantiate(run, info, args, node)
        case Method():
            return _call_method(run, callee, args, node)
        case Symbol(dotted=dotted):
            return _call_symbol(run, canonical(dotted), args, node)
        case Ref():
            return _call_object(run, callee, args, node)
        case Constant():
            return NOTHING
        case Otherwise():
            return value(Otherwise())
        case Plain():
            given = decorated_by(callee, args.value(0) or NOTHING)
            return OBJECT if given is None else given
        case _:
            return opaque_call(run, args, node)


#: Where methods take a dtype by position.
_DTYPE_OF_TENSOR = {"to": (0, 1), "type": (0,), "view": (0,)}
_DTYPE_OF_ARRAY = {"astype": (0,), "view": (0,)}


def _tell_dtype_of_method(
    run: Run, tensor: Tensor, name: str, args: Arguments, node: ast.AST
) -> None:
    if tensor.sure and name in tensor_attributes():
        error = "ValueError" if name == "type" else "TypeError"
        tell_dtype(run, "torch", args, node, *_DTYPE_OF_TENSOR.get(name, ()), error=error)


#: Methods that put an argument into a container.
_STORING = {"append", "extend", "insert", "add", "update", "setdefault", "appendleft"}


def _call_method(run: Run, method: Method, args: Arguments, node: ast.AST) -> Value:
    receiver, name = method.receiver, method.name
    if name in ("cpu", "detach") and not isinstance(receiver, (Tensor, Ref)):
        return opaque_call(run, args, node)
    match receiver:
        case Tensor(sure=False) if name in GIVING_BYTES:
            return STRING
        case Tensor():
            _tell_dtype_of_method(run, receiver, name, args, node)
            if receiver.sure:
                tell_index_dtype(run, f"torch.{name.rstrip('_')}", args, node, bound=True)
            return call_tensor_method(run, receiver, name, args, node, method.node)
        case Array():
            if receiver.sure:
                if isinstance(node, ast.Call) and "object" not in receiver.dtype:
                    tell_arguments(run, f"{ARRAY}.{name}", args, node)
                positions = _DTYPE_OF_ARRAY.get(name, ())
                tell_dtype(run, "numpy", args, node, *positions, error="TypeError")
            if not receiver.sure and name in ("item", "tolist"):
                return UNKNOWN  # of an array of objects it is any object
            made = call_array_method(run, receiver, name, args, node)
            kind = args.value(0, "type") if name == "view" else None
            return made if kind is None or kind.of(DtypeObject, Symbol, Constant) else unsure(made)
        case Ref():
            held = run.object(receiver)
            if held.kind is not Kind.INSTANCE:
                kept = args.map(lambda given: memory.kept(run, given, node))
                if run.entered_alone and name in _STORING:
                    memory.escapes(run, join_all(a.value for a in args.all()), node)
                return call_container_method(run, receiver, name, kept, node)
            if is_module(run, receiver):
                if run.entered_alone and name == "register_buffer":
                    memory.escapes(run, args.value(1, "tensor") or NONE, node)
                given = call_module_method(run, receiver, name, args, node)
                if given is not None:
                    return given
            if isinstance(held.cls, str) and held.cls.startswith(DISTRIBUTIONS):
                return call_distribution_method(run, receiver, name, args, node)
            if held.cls in TRAINERS:
                return call_trainer_method(run, name, args, node)
            if isinstance(held.cls, str) and held.cls.startswith("argparse."):
                return call_parser_method(run, receiver, name, args, node)
            if isinstance(held.cls, str) and held.cls.startswith("torch.optim.") and name == "step":
                closure = args.value(0, "closure")
                return NONE if closure is None else run.call(closure, Arguments(), node)
            if held.cls == EXIT_STACK and name == "enter_context":
                return enter_context(run, args.value(0) or UNKNOWN, node)
            if name in CONSTRUCTORS:
                return value(Constant(None))
            return opaque_call(run, args, node)
        case Class(info=info):
            return call_autograd_function(run, info, args, node)
        case Function():
            return register_called(run, receiver, args, node) if name == "register" else UNKNOWN
        case Constant() | Tuple() | Many() | Plain(what="str"):
            return call_plain_method(run, name, receiver, args)
        case Plain(what="numpy.random.Generator"):
            if isinstance(node, ast.Call):
                tell_arguments(run, f"{GENERATOR}.{name}", args, node)
            return call_generator(name, args)
        case Plain(what=what) if what in (AXES, FIGURE):
            return call_figure_method(run, what, name, args, node)
        case Plain(what="number", dtype=dtype) if dtype:
            return call_scalar_method(run, dtype, name, args, node)
        case DtypeObject(dtype=dtype) if name == "newbyteorder":
            return value(DtypeObject(reordered(dtype, args)))
        case Plain(what=what) if (given := call_foreign_method(what, name)) is not None:
            return given
        case Plain() | DeviceObject():
            return UNKNOWN if isinstance(receiver, Plain) and "." in receiver.what else OBJECT
        case _:
            return UNKNOWN


def _call_symbol(run: Run, dotted: str, args: Arguments, node: ast.AST) -> Value:
    if (answered := answer(run, dotted, args)) is not None:
        return answered
    root = dotted.split(".", 1)[0]
    if not isinstance(node, ast.Call):
        node = ast.Call(ast.Name("_"), [], [])
    context = make_context(run, dotted, args, node)
    if context is not None:
        return context
    if dotted.startswith(FOREIGN_FACTORIES):
        return opaque_call(run, args, node)
    if is_module_factory(dotted):
        return pretrained(run, node)
    if root == "torch" and dotted.endswith((".is_available", ".device_count")):
        return value(AVAILABLE)
    if root == "torch":
        tell_index_dtype(run, dotted, args, node)
        return call_torch(run, dotted, args, node)
    if root == "numpy":
        return call_numpy(run, dotted, args, node)
    if root in FRAMEWORKS or is_other_numpy(dotted) or root in RUNTIMES:
        return OBJECT
    if root in ("matplotlib", "pandas", "sklearn", "scipy", "pylab"):
        made = call_consumer(run, dotted, args, node)
        return made or (OBJECT if root == "matplotlib" else UNKNOWN)
    known = call_foreign(run, dotted, args, node)
    if known is None:
        known = call_media(run, dotted, args, node)
    if known is None:
        known = call_builtin(run, dotted, args, node)
    if known is not None:
        return known
    if root == "transformers" and dotted.endswith(".from_pretrained") and "Model" in dotted:
        return pretrained(run, node)
    if dotted in TRAINERS or dotted == PARSER or is_from_torchvision(dotted):
        return run.allocate(node, Object(Kind.INSTANCE, dotted))
    if root in ("lightning", "pytorch_lightning") and dotted.endswith("seed_everything"):
        return OBJECT
    return opaque_call(run, args, node)


def _call_object(run: Run, ref: Ref, args: Arguments, node: ast.AST) -> Value:
    held = run.object(ref)
    if held.cls == PARTIAL:
        return call_partial(run, held, args, node)
    if held.cls == NAMED_TUPLE:
        return make_named_tuple(held, args)
    if held.cls == METHOD_CALLER and args.positional:
        method = held.items["name"].constants
        receiver = args.positional[0].value
        return join_all(
            run.call(run.attribute(receiver, str(name.value), node), Arguments(), node)
            for name in method
        )
    if isinstance(held.cls, ClassInfo):
        own = run.attribute(value(ref), "__call__", node)
        if any(isinstance(each, Function) for each in own.alternatives):
            return run.call(own, args, node)
    if is_module(run, ref):
        tell_index_dtype(run, held.cls if isinstance(held.cls, str) else "", args, node)
        return call_module(run, ref, args, node)
    return opaque_call(run, args, node)
