"""What label tools write (COCO, Label Studio, VIA, MegaDetector, VOC, YOLO) to photos with labels."""
