# SPDX-License-Identifier: Apache-2.0
"""Words of a structural schema; every one takes a description first."""

STRING = {"type": "string"}


def text(description, **more):
    return {"description": description, "type": "string", **more}


def choice(description, *values):
    """One of these, or nothing."""
    return text(description, enum=["", *values])


def time(description):
    return text(description, format="date-time")


def pem(description):
    return text(description, format="byte")


def number(description):
    return {"description": description, "type": "integer", "format": "int64"}


def flag(description):
    return {"description": description, "type": "boolean"}


def struct(description, rules=(), required=(), **properties):
    schema = {"description": description, "type": "object"}
    if required:
        schema["required"] = list(required)
    if properties:
        schema["properties"] = properties
    if rules:
        schema["x-kubernetes-validations"] = list(rules)
    return schema


def array(description, items, limit=None, **more):
    schema = {"description": description, "type": "array", "items": items, **more}
    return schema | ({"maxItems": limit} if limit else {})


def texts(description, **more):
    return array(description, STRING, **more)


def text_map(description):
    return {"description": description, "type": "object", "additionalProperties": STRING}


def any_json(description, **more):
    return {"description": description, **more, "x-kubernetes-preserve-unknown-fields": True}


def secret_key(description, key="The key in the Secret's data."):
    return struct(description, name=text("Name of the Secret.", maxLength=253), key=text(key))


def conditions():
    item = struct(
        "One condition.", required=["type", "status"],
        type=text("What is judged: Ready."),
        status=text("Whether it holds.", enum=["True", "False", "Unknown"]),
        reason=text("Why, in one word for programs."),
        message=text("Why, in words for people."),
        lastTransitionTime={**time("When status last changed."), "nullable": True})
    return array("How the object stands; Ready is the one to look at.", item,
                 **{"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]})


# ---- rules: the messages are those of shared/rules, so that a fault reads the same wherever it is found

def required(rule, field, message):
    return {"rule": rule, "fieldPath": field, "reason": "FieldValueRequired", "message": message}


def forbidden(rule, field, message):
    return {"rule": rule, "fieldPath": field, "reason": "FieldValueForbidden", "message": message}


def filled(field, message="must be specified"):
    """The text at that path below self ("issuerRef.name") is there and not empty."""
    parts = field.split(".")
    steps = [f"has(self.{'.'.join(parts[:n + 1])})" for n in range(len(parts))]
    return required(" && ".join([*steps, f"size(self.{field}) > 0"]), f".{field}", message)


def one_of(fields, none, several):
    """Exactly one of the members: `none` is said of self, `several` of each one after the first."""
    rules = [{"rule": " || ".join(f"has(self.{f})" for f in fields), "reason": "FieldValueRequired", "message": none}]
    for number_, field in enumerate(fields[1:], start=1):
        others = " || ".join(f"has(self.{f})" for f in fields[:number_])
        rules.append(forbidden(f"!has(self.{field}) || !({others})", f".{field}", several))
    return rules
