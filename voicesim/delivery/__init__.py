"""Delivery: how something was said, heard from acoustic cues and the recogniser's encoder, never what was felt."""

from voicesim.delivery.baseline import make_baseline
from voicesim.delivery.head import Head, load_head
from voicesim.delivery.measure import DeliveryModels, load_models, measure_delivery

__all__ = ["DeliveryModels", "Head", "load_head", "load_models", "make_baseline", "measure_delivery"]
